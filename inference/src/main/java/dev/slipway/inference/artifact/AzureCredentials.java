package dev.slipway.inference.artifact;

import java.net.URI;

/// Who asks Azure Blob Storage.
public sealed interface AzureCredentials {
  /// No one: public containers, and URIs that carry a signature.
  record Anonymous() implements AzureCredentials {}

  /// A shared access signature, `sv=...&sig=...`.
  record Sas(Secret query) implements AzureCredentials {}

  /// The account's key, base64.
  record SharedKey(Secret key) implements AzureCredentials {}

  /// A token someone else got.
  record Token(Secret token) implements AzureCredentials {}

  /// An application of a directory, by its secret.
  ///
  /// @param authority `https://login.microsoftonline.com` but for sovereign clouds
  record ClientSecret(String tenant, String client, Secret secret, URI authority)
      implements AzureCredentials {}
}
