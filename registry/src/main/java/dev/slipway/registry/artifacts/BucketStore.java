package dev.slipway.registry.artifacts;

import dev.slipway.base.Json;
import dev.slipway.registry.RegistryException;
import dev.slipway.registry.artifacts.Bucket.Reply;
import dev.slipway.registry.rest.Arguments;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Files in a bucket of any service that speaks S3, below a prefix.
///
/// What is longer than one part is sent in parts of [#PART] bytes, so that nothing is held in
/// memory whole. Clients that send or fetch much get URLs of the service itself.
///
/// Source: Amazon S3 API Reference: ListObjectsV2, PutObject, CreateMultipartUpload, UploadPart,
/// CompleteMultipartUpload, AbortMultipartUpload.
public final class BucketStore implements ArtifactStore, Uploads {
  private static final int PART = 16 << 20;
  private static final int MAX_OBJECTS = 1_000_000;
  private static final Duration VALID = Duration.ofHours(1);
  private static final byte[] NOTHING = {};

  private final BucketSettings settings;
  private final Bucket bucket;

  public BucketStore(BucketSettings settings, InstantSource clock) {
    this.settings = settings;
    this.bucket = new Bucket(settings, clock);
  }

  private String key(String path) {
    String safe = path.isEmpty() ? "" : SafePath.checked(path).replaceAll("/{2,}|/$", "");
    return settings.prefix().isEmpty() ? safe : settings.prefix() + "/" + safe;
  }

  private String directory(String path) {
    String key = key(path).replaceAll("/+$", "");
    return key.isEmpty() ? "" : key + "/";
  }

  @Override
  public List<Entry> list(String path) {
    String prefix = directory(path);
    var found = new ArrayList<Entry>();
    try {
      for (BucketXml page : pages(prefix, "&delimiter=%2F")) {
        for (Map<String, String> each : page.records("CommonPrefixes")) {
          String name = decoded(each.getOrDefault("Prefix", "")).substring(prefix.length());
          found.add(new Entry(name.replaceAll("/$", ""), true, 0));
        }
        for (Map<String, String> each : page.records("Contents")) {
          String name = decoded(each.getOrDefault("Key", "")).substring(prefix.length());
          if (!name.isEmpty()) {
            found.add(new Entry(name, false, Long.parseLong(each.getOrDefault("Size", "0"))));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + path, e);
    }
    found.sort(Comparator.comparing(Entry::name));
    return found;
  }

  private List<BucketXml> pages(String prefix, String more) throws IOException {
    var found = new ArrayList<BucketXml>();
    String token = "";
    int objects = 0;
    do {
      String query =
          "list-type=2&encoding-type=url&prefix="
              + BucketSignature.encoded(prefix)
              + more
              + (token.isEmpty() ? "" : "&continuation-token=" + BucketSignature.encoded(token));
      BucketXml page = xml("GET", "", query, NOTHING);
      found.add(page);
      objects += page.records().size();
      token = page.field("IsTruncated").equals("true") ? page.field("NextContinuationToken") : "";
    } while (!token.isEmpty() && objects < MAX_OBJECTS);
    return found;
  }

  private BucketXml xml(String method, String key, String query, byte[] body) throws IOException {
    try (Reply reply = bucket.send(method, key, query, body)) {
      if (reply.status() == 404) {
        throw RegistryException.missing("No such upload, or no such bucket: " + settings);
      }
      BucketXml xml = BucketXml.read(reply.bytes());
      if (!xml.field("Code").isEmpty()) { // a failure found out after the answer had begun
        throw new IOException(xml.field("Code") + " " + xml.field("Message"));
      }
      return xml;
    }
  }

  private static String decoded(String text) {
    return java.net.URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  @Override
  public boolean exists(String path) {
    try (Reply reply = bucket.send("HEAD", key(path), "", NOTHING)) {
      if (reply.status() == 200) {
        return true;
      }
      String query = "list-type=2&max-keys=1&prefix=" + BucketSignature.encoded(directory(path));
      return !xml("GET", "", query, NOTHING).records("Contents").isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look for " + path, e);
    }
  }

  @Override
  public Content open(String path) throws IOException {
    Reply reply = bucket.send("GET", key(path), "", NOTHING);
    if (reply.status() == 404) {
      reply.close();
      throw ArtifactStore.missing(path);
    }
    return new Content(reply.answer().body(), Long.parseLong(reply.header("content-length")));
  }

  @Override
  public void put(String path, InputStream bytes) throws IOException {
    String key = key(path);
    byte[] first = bytes.readNBytes(PART);
    if (first.length < PART) {
      sent("PUT", key, "", first);
      return;
    }
    String id = begin(key);
    try {
      var etags = new ArrayList<String>();
      for (byte[] part = first; part.length > 0; part = bytes.readNBytes(PART)) {
        etags.add(sent("PUT", key, query(etags.size() + 1, id), part));
      }
      finish(key, id, etags);
    } catch (IOException | RuntimeException e) {
      end(key, id);
      throw e;
    }
  }

  /// @return the ETag
  private String sent(String method, String key, String query, byte[] body) throws IOException {
    try (Reply reply = bucket.send(method, key, query, body)) {
      if (reply.status() == 404) {
        throw new IOException("there is no bucket " + settings);
      }
      return reply.header("etag");
    }
  }

  private String begin(String key) throws IOException {
    String id = xml("POST", key, "uploads=", NOTHING).field("UploadId");
    if (id.isEmpty()) {
      throw new IOException(settings + " began an upload without an id");
    }
    return id;
  }

  private static String query(int part, String id) {
    return "partNumber=" + part + "&uploadId=" + BucketSignature.encoded(id);
  }

  private void finish(String key, String id, List<String> etags) throws IOException {
    var body = new StringBuilder("<CompleteMultipartUpload>");
    for (int i = 0; i < etags.size(); i++) {
      body.append("<Part><PartNumber>").append(i + 1).append("</PartNumber><ETag>");
      body.append(etags.get(i).replace("&", "&amp;").replace("<", "&lt;"));
      body.append("</ETag></Part>");
    }
    byte[] bytes =
        body.append("</CompleteMultipartUpload>").toString().getBytes(StandardCharsets.UTF_8);
    var _ = xml("POST", key, "uploadId=" + BucketSignature.encoded(id), bytes);
  }

  private void end(String key, String id) throws IOException {
    bucket.send("DELETE", key, "uploadId=" + BucketSignature.encoded(id), NOTHING).close();
  }

  @Override
  public void delete(String path) throws IOException {
    var keys = new ArrayList<String>();
    String prefix = directory(path);
    for (BucketXml page : pages(prefix, "")) {
      page.records("Contents").forEach(each -> keys.add(decoded(each.getOrDefault("Key", ""))));
    }
    try (Reply reply = bucket.send("HEAD", key(path), "", NOTHING)) {
      if (reply.status() == 200) {
        keys.add(key(path));
      }
    }
    if (keys.isEmpty() || path.isEmpty()) {
      throw ArtifactStore.missing(path);
    }
    for (String each : keys) {
      bucket.send("DELETE", each, "", NOTHING).close();
    }
  }

  @Override
  public String place(String path) {
    return "s3://" + settings.bucket() + "/" + key(path);
  }

  @Override
  public Optional<URI> elsewhere(String path) {
    return Optional.of(bucket.signature().presigned("GET", bucket.address(key(path)), "", VALID));
  }

  @Override
  public Uploads uploads() {
    return this;
  }

  @Override
  public ObjectNode create(String directory, Arguments arguments, String base) throws IOException {
    String key = key(Uploads.target(directory, arguments));
    int parts = Uploads.parts(arguments);
    String id = begin(key);
    ObjectNode answer = Json.object().put("upload_id", id);
    var credentials = answer.putArray("credentials");
    for (int part = 1; part <= parts; part++) {
      URI url = bucket.signature().presigned("PUT", bucket.address(key), query(part, id), VALID);
      credentials.addObject().put("url", url.toString()).put("part_number", part);
    }
    return answer;
  }

  @Override
  public ObjectNode complete(String directory, Arguments arguments) throws IOException {
    String key = key(Uploads.target(directory, arguments));
    List<String> etags =
        arguments.objects("parts").stream()
            .sorted(Comparator.comparingLong(each -> each.requiredNumber("part_number")))
            .map(each -> each.required("etag"))
            .toList();
    if (etags.isEmpty()) {
      throw Arguments.missing("parts");
    }
    finish(key, arguments.required("upload_id"), etags);
    return Json.object();
  }

  @Override
  public ObjectNode abort(String directory, Arguments arguments) throws IOException {
    end(key(Uploads.target(directory, arguments)), arguments.required("upload_id"));
    return Json.object();
  }

  public void close() {
    bucket.close();
  }
}
