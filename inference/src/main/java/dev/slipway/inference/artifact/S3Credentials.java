package dev.slipway.inference.artifact;

import java.net.URI;
import java.util.Optional;

/// Who asks S3, and which S3.
///
/// @param accessKeyId absent, with the secret: requests are not signed
/// @param sessionToken of temporary credentials
/// @param region absent: `us-east-1`, and whatever region the service says a bucket is in
/// @param endpoint absent: Amazon's of the region
/// @param virtualHost true: `bucket.host/key`; false: `host/bucket/key`; absent: the first with
/// Amazon's endpoint, where the bucket's name can be a host, the second elsewhere
/// @param accelerate whether Amazon's transfer acceleration is used
/// @param anonymous whether requests go unsigned even if there are keys
public record S3Credentials(
    Optional<String> accessKeyId,
    Optional<Secret> secretAccessKey,
    Optional<Secret> sessionToken,
    Optional<String> region,
    Optional<URI> endpoint,
    Optional<Boolean> virtualHost,
    boolean accelerate,
    boolean anonymous,
    Tls tls) {
  /// Unsigned requests to Amazon.
  public static final S3Credentials NONE =
      new S3Credentials(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          false,
          false,
          Tls.DEFAULT);

  /// A key, for an S3 of one's own.
  public static S3Credentials of(
      String accessKeyId, String secretAccessKey, String region, URI endpoint) {
    return new S3Credentials(
        Optional.of(accessKeyId),
        Optional.of(new Secret(secretAccessKey)),
        Optional.empty(),
        Optional.of(region),
        Optional.of(endpoint),
        Optional.empty(),
        false,
        false,
        Tls.DEFAULT);
  }

  /// Whether requests are signed.
  public boolean signs() {
    return !anonymous && accessKeyId.isPresent() && secretAccessKey.isPresent();
  }
}
