package dev.slipway.routes;

import dev.slipway.base.Json;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Host names of the Gateway API: `*.example.com` stands for any one or more labels before it, an
/// absent name (`*` here) for every host.
final class HostNames {
  static final String ANY = "*";

  private HostNames() {}

  /// The names of a route; every host where it has none.
  static Set<String> of(JsonNode hostnames) {
    var names = new LinkedHashSet<String>();
    hostnames.forEach(each -> names.add(each.asString("").toLowerCase(Locale.ROOT)));
    return names.isEmpty() ? Set.of(ANY) : names;
  }

  /// The name of a listener.
  static String listener(JsonNode listener) {
    var name = Json.text(listener, "hostname").toLowerCase(Locale.ROOT);
    return name.isEmpty() ? ANY : name;
  }

  /// The hosts that a listener and a route's names have in common: of each pair the narrower.
  static Set<String> common(String listener, Collection<String> names) {
    var common = new LinkedHashSet<String>();
    names.forEach(name -> narrower(listener, name).ifPresent(common::add));
    return common;
  }

  private static Optional<String> narrower(String one, String other) {
    if (covers(one, other)) {
      return Optional.of(other);
    }
    return covers(other, one) ? Optional.of(one) : Optional.empty();
  }

  /// Whether every host of the second name is one of the first.
  static boolean covers(String wide, String narrow) {
    if (wide.equals(ANY) || wide.equals(narrow)) {
      return true;
    }
    return wide.startsWith("*.")
        && narrow.length() > wide.length() - 1
        && narrow.endsWith(wide.substring(1));
  }
}
