package dev.slipway.registry.artifacts;

import java.net.URI;
import java.util.Locale;
import java.util.Map;

/// A place in a store that speaks S3, and whose key opens it.
///
/// @param endpoint `https://s3.eu-west-1.amazonaws.com`, `http://minio:9000`
/// @param prefix below which everything is kept; empty for the whole bucket
/// @param hosted true: `bucket.host/key`; false: `host/bucket/key`
/// @param token of temporary credentials; empty for none
public record BucketSettings(
    URI endpoint,
    String region,
    String bucket,
    String prefix,
    boolean hosted,
    String accessKey,
    String secretKey,
    String token) {

  /// @param url `s3://bucket/prefix`
  /// @param environment `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`,
  ///     `AWS_REGION` or `AWS_DEFAULT_REGION`, and, for another service than Amazon's,
  ///     `MLFLOW_S3_ENDPOINT_URL`, `AWS_ENDPOINT_URL_S3` or `AWS_ENDPOINT_URL`
  /// @throws IllegalArgumentException saying what is missing
  public static BucketSettings of(String url, Map<String, String> environment) {
    URI uri = URI.create(url);
    if (!"s3".equals(uri.getScheme()) || uri.getHost() == null) {
      throw new IllegalArgumentException(
          "artifacts cannot be kept at \""
              + url
              + "\" (expected a directory or s3://BUCKET/PREFIX)");
    }
    String region = first(environment, "us-east-1", "AWS_REGION", "AWS_DEFAULT_REGION");
    String endpoint =
        first(environment, "", "MLFLOW_S3_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL");
    String key = first(environment, "", "AWS_ACCESS_KEY_ID");
    String secret = first(environment, "", "AWS_SECRET_ACCESS_KEY");
    if (key.isEmpty() || secret.isEmpty()) {
      throw new IllegalArgumentException(
          "artifacts at " + url + " need AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
    }
    boolean amazon = endpoint.isEmpty();
    String path = uri.getPath() == null ? "" : uri.getPath();
    return new BucketSettings(
        URI.create(amazon ? "https://s3." + region + ".amazonaws.com" : endpoint),
        region,
        uri.getHost(),
        path.replaceAll("^/+|/+$", ""),
        amazon && uri.getHost().matches("[a-z0-9-]+"),
        key,
        secret,
        first(environment, "", "AWS_SESSION_TOKEN"));
  }

  private static String first(Map<String, String> from, String otherwise, String... names) {
    for (String name : names) {
      String found = from.getOrDefault(name, "").strip();
      if (!found.isEmpty()) {
        return found;
      }
    }
    return otherwise;
  }

  /// The bucket's address, without a slash at the end.
  String address() {
    String base = endpoint.toString().replaceAll("/+$", "");
    return hosted ? base.replaceFirst("://", "://" + bucket + ".") : base + "/" + bucket;
  }

  /// As the client sends it: without the port that the scheme implies.
  static String host(URI uri) {
    int usual = uri.getScheme().toLowerCase(Locale.ROOT).equals("https") ? 443 : 80;
    boolean plain = uri.getPort() < 0 || uri.getPort() == usual;
    return plain ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
  }

  /// `s3://bucket/prefix`; never the key.
  @Override
  public String toString() {
    return "s3://" + bucket + (prefix.isEmpty() ? "" : "/" + prefix);
  }
}
