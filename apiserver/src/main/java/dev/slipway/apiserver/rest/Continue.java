package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.base.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/// The `continue` token of a paged list: the snapshot's version and the last key given out.
///
/// @param version 0 for a list that goes on at the newest version because its snapshot is gone
record Continue(long version, String after) {
  String encode() {
    ObjectNode token =
        Json.object().put("v", "meta.k8s.io/v1").put("rv", version).put("start", after);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(Json.bytes(token));
  }

  /// @throws ApiException 400 where the token was not made here
  static Continue decode(String token) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(token.getBytes(StandardCharsets.US_ASCII));
      ObjectNode found = Json.parseObject(bytes);
      if (Json.text(found, "v").equals("meta.k8s.io/v1") && found.path("rv").isIntegralNumber()) {
        return new Continue(found.path("rv").asLong(0), Json.text(found, "start"));
      }
    } catch (IllegalArgumentException | JacksonException _) {
      // Refused below, with everything else that is no token.
    }
    throw ApiException.badRequest("continue key is not valid: it was not issued by this server");
  }
}
