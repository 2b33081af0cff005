package dev.slipway.inference.artifact;

import dev.slipway.inference.artifact.ArtifactException.Kind;
import java.net.URI;
import java.time.InstantSource;

/// Chooses who reads a location, and what the cache keeps it by.
final class Stores {
  private final ArtifactSettings settings;
  private final Credentials credentials;
  private final InstantSource clock;

  Stores(ArtifactSettings settings, Credentials credentials, InstantSource clock) {
    this.settings = settings;
    this.credentials = credentials;
    this.clock = clock;
  }

  Tls tls(Location location) {
    return location instanceof Location.S3 ? credentials.s3().tls() : credentials.tls();
  }

  RemoteStore open(Location location, Transport transport) throws ArtifactException {
    return switch (location) {
      case Location.Web(var uri) ->
          new WebStore(uri, transport.shown(), credentials.headersFor(uri));
      case Location.S3 s3 -> new S3Store(s3, credentials.s3(), transport, clock);
      case Location.Google google ->
          new GoogleStore(google, transport, Tokens.google(credentials.google(), transport, clock));
      case Location.Azure azure -> azure(azure, transport);
      case Location.Hub hub -> new HubStore(hub, hub(), credentials.hubToken(), transport);
      case Location.Local _, Location.Registered _ ->
          throw new ArtifactException(Kind.UNSUPPORTED, transport.shown() + ": is not downloaded");
    };
  }

  private RemoteStore azure(Location.Azure azure, Transport transport) {
    String sas =
        credentials.azure() instanceof AzureCredentials.Sas(Secret query)
            ? query.reveal()
            : azure.sas().reveal();
    Ask.Signer signer =
        AzureSigner.of(
            sas.isEmpty() ? credentials.azure() : new AzureCredentials.Anonymous(),
            azure.account(),
            transport,
            clock);
    return new AzureStore(azure, azureService(azure), sas, transport, signer);
  }

  private URI azureService(Location.Azure azure) {
    return credentials.azureService().orElse(azure.service());
  }

  private URI hub() {
    return credentials.hubEndpoint().orElse(settings.huggingFace());
  }

  /// The same for the same content, whoever asks: no key, no signature.
  String identity(Location location) {
    return switch (location) {
      case Location.Web(var uri) -> Signatures.without(uri.toString());
      case Location.S3(String bucket, String key) ->
          "s3 " + S3Store.place(credentials.s3()) + " " + bucket + "/" + key;
      case Location.Google(String bucket, String name) ->
          "gs " + settings.google() + " " + bucket + "/" + name;
      case Location.Azure azure ->
          "azure " + azureService(azure) + " " + azure.container() + "/" + azure.prefix();
      case Location.Hub hub -> "hf " + hub() + " " + hub;
      case Location.Local _, Location.Registered _ -> location.toString();
    };
  }
}
