package dev.slipway.apiserver.access.token;

import dev.slipway.base.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import tools.jackson.databind.node.ObjectNode;

/// Text kept in the `data` of a Secret.
final class SecretText {
  private SecretText() {}

  /// Empty where the key is absent or not base64.
  static String decoded(ObjectNode secret, String key) {
    try {
      byte[] bytes = Base64.getDecoder().decode(Json.text(secret, "data", key));
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      return "";
    }
  }
}
