package dev.slipway.inference.artifact;

import dev.slipway.inference.artifact.ArtifactException.Kind;
import dev.slipway.inference.artifact.Prefixes.Listed;
import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLStreamException;

/// Objects of any service that speaks S3: ListObjectsV2 and GetObject, signed by [SigV4].
///
/// Source: Amazon S3 API Reference, ListObjectsV2, GetObject, "Virtual hosting of buckets".
final class S3Store implements RemoteStore {
  private final Location.S3 location;
  private final S3Credentials credentials;
  private final Transport transport;
  private final InstantSource clock;
  private volatile String region;

  S3Store(
      Location.S3 location, S3Credentials credentials, Transport transport, InstantSource clock) {
    this.location = location;
    this.credentials = credentials;
    this.transport = transport;
    this.clock = clock;
    this.region = credentials.region().filter(each -> !each.isBlank()).orElse("us-east-1");
  }

  @Override
  public Ask.Signer signer() {
    return ask ->
        credentials.signs() ? SigV4.sign(ask, credentials, region, "s3", clock.instant()) : ask;
  }

  @Override
  public Listing list() throws ArtifactException, InterruptedException {
    findRegion();
    var objects = new ArrayList<Listed>();
    String token = "";
    do {
      Xml.Listing page = page(token);
      for (Map<String, String> each : page.records()) {
        objects.add(
            new Listed(
                Encoding.decode(each.getOrDefault("Key", "").replace("+", "%20")),
                Xml.number(each, "Size"),
                each.getOrDefault("ETag", "")));
      }
      boolean more = page.top().getOrDefault("IsTruncated", "").equals("true");
      String next = page.top().getOrDefault("NextContinuationToken", "");
      if (objects.size() > 4L * transport.settings().artifactFiles()
          || (more && next.equals(token) && !next.isEmpty())) {
        throw new ArtifactException(
            Kind.TOO_LARGE, transport.shown() + ": the listing does not end");
      }
      token = more ? next : "";
    } while (!token.isEmpty());
    return Prefixes.choose(transport.shown(), location.key(), objects, this::file);
  }

  private Xml.Listing page(String token) throws ArtifactException, InterruptedException {
    String query =
        "list-type=2&encoding-type=url&prefix="
            + Encoding.encode(location.key())
            + (token.isEmpty() ? "" : "&continuation-token=" + Encoding.encode(token));
    Ask ask = Ask.get(bucket() + "/?" + query);
    try {
      return Xml.read(transport.ask(ask, signer()).body(), "Contents");
    } catch (XMLStreamException e) {
      throw new ArtifactException(
          Kind.UNAVAILABLE,
          transport.shown() + ": " + ask.shown() + " was answered with no S3 listing",
          e);
    }
  }

  private RemoteFile file(Listed object, String path) {
    Ask ask = Ask.get(bucket() + "/" + Encoding.encodePath(object.name()));
    boolean known = !object.tag().isEmpty();
    Optional<Checksum> md5 = Checksum.ofEtag(object.tag());
    return new RemoteFile(
        path,
        object.size(),
        known ? object.tag() : "size-" + object.size(),
        known,
        md5,
        known ? ask.with("If-Match", object.tag()) : ask);
  }

  /// Amazon says which region a bucket is in, if asked in the wrong one.
  private void findRegion() throws ArtifactException, InterruptedException {
    if (credentials.endpoint().isPresent() || credentials.region().isPresent()) {
      return;
    }
    Ask ask = Ask.get(bucket() + "/?list-type=2&max-keys=0");
    try (Transport.Reply reply = transport.open(ask, signer())) {
      String found = reply.header("x-amz-bucket-region");
      if (found.matches("[a-z0-9-]{1,32}")) {
        region = found;
      }
    } catch (IOException _) {
      // The listing will say what is wrong.
    }
  }

  /// Where the bucket is, without a slash at the end.
  private String bucket() {
    URI endpoint = endpoint();
    String base = endpoint.toString().replaceAll("/+$", "");
    String name = location.bucket();
    boolean nameable = name.matches("[a-z0-9][a-z0-9-]{1,61}[a-z0-9]");
    boolean amazon = endpoint.getHost() != null && endpoint.getHost().endsWith("amazonaws.com");
    if (credentials.virtualHost().orElse(amazon) && nameable) {
      return base.replaceFirst("://", "://" + name + ".");
    }
    return base + "/" + Encoding.encode(name);
  }

  private URI endpoint() {
    if (credentials.accelerate()) {
      return URI.create("https://s3-accelerate.amazonaws.com");
    }
    return credentials
        .endpoint()
        .orElseGet(() -> URI.create("https://s3." + region + ".amazonaws.com"));
  }

  /// What else than the URI decides which objects these are.
  static List<String> place(S3Credentials credentials) {
    return List.of(credentials.endpoint().map(URI::toString).orElse("amazon"));
  }
}
