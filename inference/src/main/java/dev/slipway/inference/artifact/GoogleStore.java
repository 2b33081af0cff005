package dev.slipway.inference.artifact;

import dev.slipway.base.Json;
import dev.slipway.inference.artifact.ArtifactException.Kind;
import dev.slipway.inference.artifact.Prefixes.Listed;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Objects of Google Cloud Storage, by its JSON API.
final class GoogleStore implements RemoteStore {
  private final Location.Google location;
  private final Transport transport;
  private final Ask.Signer signer;
  private final Map<String, String> md5s = new HashMap<>();

  GoogleStore(Location.Google location, Transport transport, Ask.Signer signer) {
    this.location = location;
    this.transport = transport;
    this.signer = signer;
  }

  @Override
  public Ask.Signer signer() {
    return signer;
  }

  @Override
  public Listing list() throws ArtifactException, InterruptedException {
    var objects = new ArrayList<Listed>();
    String token = "";
    do {
      JsonNode page = page(token);
      for (JsonNode each : page.path("items")) {
        String name = Json.text(each, "name");
        md5s.put(name, Json.text(each, "md5Hash"));
        String size = each.path("size").asString("-1");
        long bytes = size.matches("\\d{1,18}") ? Long.parseLong(size) : -1;
        objects.add(new Listed(name, bytes, each.path("generation").asString("")));
      }
      String next = Json.text(page, "nextPageToken");
      if (objects.size() > 4L * transport.settings().artifactFiles()
          || (next.equals(token) && !next.isEmpty())) {
        throw new ArtifactException(
            Kind.TOO_LARGE, transport.shown() + ": the listing does not end");
      }
      token = next;
    } while (!token.isEmpty());
    return Prefixes.choose(transport.shown(), location.name(), objects, this::file);
  }

  private JsonNode page(String token) throws ArtifactException, InterruptedException {
    Ask ask =
        Ask.get(
            base()
                + "?prefix="
                + Encoding.encode(location.name())
                + (token.isEmpty() ? "" : "&pageToken=" + Encoding.encode(token)));
    try {
      return Json.parse(transport.ask(ask, signer).body());
    } catch (JacksonException e) {
      throw new ArtifactException(
          Kind.UNAVAILABLE,
          transport.shown() + ": " + ask.shown() + " was answered with no JSON",
          e);
    }
  }

  private RemoteFile file(Listed object, String path) {
    String generation =
        object.tag().isEmpty() ? "" : "&generation=" + Encoding.encode(object.tag());
    Ask ask = Ask.get(base() + "/" + Encoding.encode(object.name()) + "?alt=media" + generation);
    return new RemoteFile(
        path,
        object.size(),
        object.tag().isEmpty() ? "size-" + object.size() : object.tag(),
        false,
        md5(object.name()),
        ask);
  }

  private Optional<Checksum> md5(String name) {
    try {
      byte[] digest = Base64.getDecoder().decode(md5s.getOrDefault(name, ""));
      return digest.length == 16
          ? Optional.of(Checksum.md5(HexFormat.of().formatHex(digest)))
          : Optional.empty();
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private String base() {
    String root = transport.settings().google().toString().replaceAll("/+$", "");
    return root + "/storage/v1/b/" + Encoding.encode(location.bucket()) + "/o";
  }
}
