package dev.slipway.inference.artifact;

import dev.slipway.base.Json;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Who asks Google Cloud Storage.
public sealed interface GoogleCredentials {
  /// No one: public buckets and emulators.
  record Anonymous() implements GoogleCredentials {}

  /// A token someone else got.
  record Token(Secret token) implements GoogleCredentials {}

  /// A service account's key: signs a request for a token.
  ///
  /// @param privateKey PEM, PKCS #8
  record ServiceAccount(String email, String keyId, Secret privateKey, URI tokenUri)
      implements GoogleCredentials {}

  /// A person's login, as `gcloud auth application-default login` leaves it.
  record AuthorizedUser(String clientId, Secret clientSecret, Secret refreshToken, URI tokenUri)
      implements GoogleCredentials {}

  /// Reads `gcloud-application-credentials.json`, what `GOOGLE_APPLICATION_CREDENTIALS` names.
  ///
  /// @throws IllegalArgumentException if it is none; the message quotes no secret
  static GoogleCredentials parse(String json) {
    JsonNode key;
    try {
      key = Json.parse(json.getBytes(StandardCharsets.UTF_8));
    } catch (JacksonException _) {
      throw new IllegalArgumentException("Google credentials: expected a JSON object");
    }
    String type = Json.text(key, "type");
    String tokenUri = Json.text(key, "token_uri");
    URI uri = URI.create(tokenUri.isEmpty() ? "https://oauth2.googleapis.com/token" : tokenUri);
    return switch (type) {
      case "service_account" ->
          new ServiceAccount(
              needed(key, "client_email"),
              Json.text(key, "private_key_id"),
              new Secret(needed(key, "private_key")),
              uri);
      case "authorized_user" ->
          new AuthorizedUser(
              needed(key, "client_id"),
              new Secret(needed(key, "client_secret")),
              new Secret(needed(key, "refresh_token")),
              uri);
      default ->
          throw new IllegalArgumentException(
              "Google credentials: type \""
                  + type
                  + "\" is not read here (expected service_account or authorized_user)");
    };
  }

  private static String needed(JsonNode key, String field) {
    String value = Json.text(key, field);
    if (value.isEmpty()) {
      throw new IllegalArgumentException("Google credentials: " + field + " is missing");
    }
    return value;
  }
}
