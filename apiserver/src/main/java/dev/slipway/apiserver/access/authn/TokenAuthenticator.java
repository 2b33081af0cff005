package dev.slipway.apiserver.access.authn;

import java.util.List;

/// One kind of bearer token. Thread-safe.
@FunctionalInterface
public interface TokenAuthenticator {
  /// @param audiences the token must be meant for one of these
  /// @return [Outcome.Absent] where the token is of another kind
  Outcome authenticate(String token, List<String> audiences);
}
