package dev.slipway.inference.artifact;

import java.net.URI;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What a fetch may show of itself to each kind of service; only the one that is asked sees its
/// part.
///
/// @param azureService where Azure's blobs are asked for, instead of the account's public address
/// @param hubToken for `hf://`
/// @param hubEndpoint where `hf://` leads, instead of the settings' one
/// @param headers for `http(s)://`, by lower-case host, with or without a port
/// @param tls for everything but S3, which has its own
public record Credentials(
    S3Credentials s3,
    GoogleCredentials google,
    AzureCredentials azure,
    Optional<URI> azureService,
    Optional<Secret> hubToken,
    Optional<URI> hubEndpoint,
    Map<String, Map<String, Secret>> headers,
    Tls tls) {
  public Credentials {
    var lower = new HashMap<String, Map<String, Secret>>();
    headers.forEach((host, each) -> lower.put(host.toLowerCase(Locale.ROOT), Map.copyOf(each)));
    headers = Map.copyOf(lower);
  }

  private static final Credentials NONE =
      new Credentials(
          S3Credentials.NONE,
          new GoogleCredentials.Anonymous(),
          new AzureCredentials.Anonymous(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Map.of(),
          Tls.DEFAULT);

  /// Asks everyone as no one.
  public static Credentials none() {
    return NONE;
  }

  public Credentials withS3(S3Credentials given) {
    return new Credentials(given, google, azure, azureService, hubToken, hubEndpoint, headers, tls);
  }

  public Credentials withGoogle(GoogleCredentials given) {
    return new Credentials(s3, given, azure, azureService, hubToken, hubEndpoint, headers, tls);
  }

  /// @param service absent: the account's public address
  public Credentials withAzure(AzureCredentials given, URI... service) {
    Optional<URI> where = service.length == 0 ? azureService : Optional.of(service[0]);
    return new Credentials(s3, google, given, where, hubToken, hubEndpoint, headers, tls);
  }

  /// @param endpoint absent: the settings' one
  public Credentials withHub(Secret token, URI... endpoint) {
    Optional<URI> where = endpoint.length == 0 ? hubEndpoint : Optional.of(endpoint[0]);
    return new Credentials(
        s3, google, azure, azureService, Optional.of(token), where, headers, tls);
  }

  public Credentials withHubEndpoint(URI endpoint) {
    return new Credentials(
        s3, google, azure, azureService, hubToken, Optional.of(endpoint), headers, tls);
  }

  /// Adds the headers of one host.
  public Credentials withHeaders(String host, Map<String, Secret> given) {
    var all = new HashMap<>(headers);
    all.put(host.toLowerCase(Locale.ROOT), given);
    return new Credentials(s3, google, azure, azureService, hubToken, hubEndpoint, all, tls);
  }

  public Credentials withTls(Tls given) {
    return new Credentials(s3, google, azure, azureService, hubToken, hubEndpoint, headers, given);
  }

  /// What `host` is to be sent.
  Map<String, String> headersFor(URI uri) {
    String host = uri.getHost().toLowerCase(Locale.ROOT);
    var found = new HashMap<String, String>();
    headers.getOrDefault(host, Map.of()).forEach((name, value) -> found.put(name, value.reveal()));
    headers
        .getOrDefault(host + ":" + uri.getPort(), Map.of())
        .forEach((name, value) -> found.put(name, value.reveal()));
    return found;
  }
}
