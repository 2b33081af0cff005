package dev.slipway.inference.artifact;

import java.time.InstantSource;

/// Chooses who reads a location, and what the cache keeps it by.
final class Stores {
  private final Credentials credentials;

  Stores(ArtifactSettings settings, Credentials credentials, InstantSource clock) {
    this.credentials = credentials;
  }

  Tls tls(Location location) {
    return location instanceof Location.S3 ? credentials.s3().tls() : credentials.tls();
  }

  RemoteStore open(Location location, Transport transport) throws ArtifactException {
    return switch (location) {
      case Location.Web(var uri) ->
          new WebStore(uri, transport.shown(), credentials.headersFor(uri));
      default ->
          throw new ArtifactException(
              ArtifactException.Kind.UNSUPPORTED, transport.shown() + ": cannot be downloaded");
    };
  }

  /// The same for the same content, whoever asks: no key, no signature.
  String identity(Location location) {
    return switch (location) {
      case Location.Web(var uri) -> Signatures.without(uri.toString());
      default -> location.toString();
    };
  }
}
