package dev.slipway.node;

import java.net.URI;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// How pods reach the API: its address, and tokens of service accounts as `serviceaccounts/token`
/// gives them.
@FunctionalInterface
public interface TokenSource {
  /// @param request an `authentication.k8s.io/v1 TokenRequest`
  /// @return it with its status: `token`, `expirationTimestamp`
  /// @throws RuntimeException as the API refuses
  ObjectNode mint(String namespace, String account, ObjectNode request);

  /// Where programs of this machine reach the API; empty for where its endpoints say.
  default Optional<URI> address() {
    return Optional.empty();
  }

  /// The same, with an address.
  default TokenSource at(URI address) {
    var tokens = this;
    return new TokenSource() {
      @Override
      public ObjectNode mint(String namespace, String account, ObjectNode request) {
        return tokens.mint(namespace, account, request);
      }

      @Override
      public Optional<URI> address() {
        return Optional.of(address);
      }
    };
  }
}
