package dev.slipway.dataplane.gateway;

import dev.slipway.dataplane.gateway.RouteTable.Identity;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The checks of identities, shared by rules that ask for the same. Thread-safe.
final class Identities {
  private static final int MOST = 10_000;

  private final Map<Identity, IdentityCheck> checks = new ConcurrentHashMap<>();

  IdentityCheck check(Identity identity) {
    if (checks.size() >= MOST) {
      checks.clear();
    }
    return checks.computeIfAbsent(identity, Identities::make);
  }

  private static IdentityCheck make(Identity identity) {
    return switch (identity) {
      case Identity.ApiKeys keys -> new ApiKeyCheck(keys);
      case Identity.Jwt jwt -> new JwtCheck(jwt);
      case Identity.Basic basic -> new BasicCheck(basic);
    };
  }
}
