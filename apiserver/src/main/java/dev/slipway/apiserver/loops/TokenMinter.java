package dev.slipway.apiserver.loops;

import tools.jackson.databind.node.ObjectNode;

/// Signs the token that a Secret of type `kubernetes.io/service-account-token` keeps.
@FunctionalInterface
public interface TokenMinter {
  /// @param account the ServiceAccount
  /// @param secret the Secret; the token ends with it
  String mint(ObjectNode account, ObjectNode secret);
}
