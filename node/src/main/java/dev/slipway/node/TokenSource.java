package dev.slipway.node;

import tools.jackson.databind.node.ObjectNode;

/// Where tokens of service accounts come from: the API's `serviceaccounts/token`.
@FunctionalInterface
public interface TokenSource {
  /// @param request an `authentication.k8s.io/v1 TokenRequest`
  /// @return it with its status: `token`, `expirationTimestamp`
  /// @throws RuntimeException as the API refuses
  ObjectNode mint(String namespace, String account, ObjectNode request);
}
