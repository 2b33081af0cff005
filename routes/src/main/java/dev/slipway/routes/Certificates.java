package dev.slipway.routes;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Certificates out of `kubernetes.io/tls` Secrets.
final class Certificates {
  private Certificates() {}

  /// @param hosts an array of names
  /// @return empty where the Secret is absent or has no readable pair
  static Optional<RouteSink.Certificate> of(Optional<Resource> secret, JsonNode hosts) {
    List<String> names = new ArrayList<>();
    hosts.forEach(each -> names.add(each.asString("")));
    return secret.flatMap(
        found -> {
          var chain = decoded(found, "tls.crt");
          var key = decoded(found, "tls.key");
          return chain.isEmpty() || key.isEmpty()
              ? Optional.empty()
              : Optional.of(new RouteSink.Certificate(names, chain, key));
        });
  }

  /// The text under a key of a Secret; `""` where it is absent or no base64.
  static String decoded(Resource secret, String key) {
    try {
      var bytes = Base64.getDecoder().decode(Json.text(secret.tree(), "data", key));
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      return "";
    }
  }
}
