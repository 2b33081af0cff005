package dev.slipway.apiserver.access;

import java.util.List;
import java.util.Optional;

/// How a ServiceAccount is called as a user: `system:serviceaccount:NAMESPACE:NAME`.
public record ServiceAccountName(String namespace, String name) {
  private static final String PREFIX = "system:serviceaccount:";
  private static final String GROUP = "system:serviceaccounts";

  public static String username(String namespace, String name) {
    return PREFIX + namespace + ":" + name;
  }

  /// Empty where the user is no service account.
  public static Optional<ServiceAccountName> parse(String username) {
    if (!username.startsWith(PREFIX)) {
      return Optional.empty();
    }
    String[] parts = username.substring(PREFIX.length()).split(":", -1);
    return parts.length == 2 && !parts[0].isEmpty() && !parts[1].isEmpty()
        ? Optional.of(new ServiceAccountName(parts[0], parts[1]))
        : Optional.empty();
  }

  public String username() {
    return username(namespace, name);
  }

  /// All service accounts, and those of its namespace.
  public List<String> groups() {
    return List.of(GROUP, GROUP + ":" + namespace);
  }
}
