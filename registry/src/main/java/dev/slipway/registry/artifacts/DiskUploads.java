package dev.slipway.registry.artifacts;

import dev.slipway.base.Json;
import dev.slipway.registry.RegistryException;
import dev.slipway.registry.rest.Arguments;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/// Parts kept in a directory of the store; what has arrived survives a restart.
final class DiskUploads implements Uploads {
  private static final String TARGET = "target";

  private final DiskStore store;

  DiskUploads(DiskStore store) {
    this.store = store;
  }

  @Override
  public ObjectNode create(String directory, Arguments arguments, String base) {
    String path = Uploads.target(directory, arguments);
    int parts = Uploads.parts(arguments);
    var _ = store.at(path);
    String id = UUID.randomUUID().toString();
    try {
      Path room = Files.createDirectories(store.room().resolve("mpu-" + id));
      Files.writeString(room.resolve(TARGET), path);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot begin an upload", e);
    }
    ObjectNode answer = Json.object().put("upload_id", id);
    var credentials = answer.putArray("credentials");
    for (int part = 1; part <= parts; part++) {
      credentials
          .addObject()
          .put("url", base + "/api/2.0/mlflow-artifacts/mpu/part/" + id + "/" + part)
          .put("part_number", part);
    }
    return answer;
  }

  @Override
  public String part(String id, String number, InputStream bytes) throws IOException {
    Path room = room(id);
    if (!number.matches("[1-9][0-9]{0,4}")) {
      throw RegistryException.invalid("\"" + number + "\" is no number of a part");
    }
    MessageDigest digest = md5();
    Path part = Files.createTempFile(room, "part", ".new");
    try (var out = new java.security.DigestOutputStream(Files.newOutputStream(part), digest)) {
      bytes.transferTo(out);
    }
    Files.move(part, room.resolve(number), StandardCopyOption.REPLACE_EXISTING);
    String etag = "\"" + HexFormat.of().formatHex(digest.digest()) + "\"";
    Files.writeString(room.resolve(number + ".etag"), etag, StandardCharsets.US_ASCII);
    return etag;
  }

  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public ObjectNode complete(String directory, Arguments arguments) throws IOException {
    Path room = room(arguments.required("upload_id"));
    List<Arguments> parts = arguments.objects("parts");
    if (parts.isEmpty()) {
      throw Arguments.missing("parts");
    }
    Path target = store.at(Files.readString(room.resolve(TARGET)));
    Path whole = room.resolve("whole");
    try (OutputStream out = Files.newOutputStream(whole)) {
      long before = 0;
      for (Arguments each : parts) {
        long number = each.requiredNumber("part_number");
        if (number <= before) {
          throw RegistryException.invalid("parts must be listed in the order of their numbers");
        }
        before = number;
        Files.copy(part(room, number, each.text("etag")), out);
      }
    }
    store.place(whole, target);
    DiskStore.remove(room);
    return Json.object();
  }

  private static Path part(Path room, long number, String etag) throws IOException {
    Path part = room.resolve(Long.toString(number));
    if (!Files.exists(part)) {
      throw RegistryException.invalid("part " + number + " was not uploaded");
    }
    String known = Files.readString(room.resolve(number + ".etag"), StandardCharsets.US_ASCII);
    if (!etag.isEmpty() && !etag.replace("\"", "").equals(known.replace("\"", ""))) {
      throw RegistryException.invalid(
          "part " + number + " has the ETag " + known + ", not " + etag);
    }
    return part;
  }

  @Override
  public ObjectNode abort(String directory, Arguments arguments) throws IOException {
    DiskStore.remove(room(arguments.required("upload_id")));
    return Json.object();
  }

  private Path room(String id) throws IOException {
    if (!id.matches("[0-9a-f-]{36}")) {
      throw RegistryException.missing("No upload with id '" + id + "'");
    }
    Path room = store.room().resolve("mpu-" + id);
    if (!Files.isDirectory(room)) {
      throw RegistryException.missing("No upload with id '" + id + "'");
    }
    return room;
  }
}
