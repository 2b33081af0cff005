package dev.slipway.routes;

import dev.slipway.dataplane.gateway.RouteTable.PathMatch;
import dev.slipway.dataplane.gateway.RouteTable.Redirect;
import dev.slipway.dataplane.gateway.RouteTable.Rule;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What one object adds to the table.
///
/// @param onlyHttps hosts that answer over TLS alone, and how clear text is sent there
/// @param problems what could not be taken as written, for the user
record Fragment(
    List<HostRule> rules,
    Map<String, Redirect> onlyHttps,
    List<RouteSink.Certificate> certificates,
    List<String> problems) {
  static final Fragment EMPTY = new Fragment(List.of(), Map.of(), List.of(), List.of());

  Fragment {
    rules = List.copyOf(rules);
    onlyHttps = Map.copyOf(onlyHttps);
    certificates = List.copyOf(certificates);
    problems = List.copyOf(problems);
  }

  /// A rule under its host.
  ///
  /// @param age when the object was made: of equals the older goes first
  record HostRule(String host, Rule rule, Instant age) {
    /// Exact paths first, then longer ones, then those with a method, more headers, more
    /// parameters;
    /// then the older (Gateway API, HTTPRouteRule, "matches").
    static final Comparator<HostRule> MOST_SPECIFIC =
        Comparator.comparingInt((HostRule each) -> exactness(each.rule.match().path()))
            .thenComparingInt(each -> -each.rule.match().path().value().length())
            .thenComparingInt(each -> each.rule.match().method().isEmpty() ? 1 : 0)
            .thenComparingInt(each -> -each.rule.match().headers().size())
            .thenComparingInt(each -> -each.rule.match().query().size())
            .thenComparing(HostRule::age)
            .thenComparing(each -> each.rule.id());

    private static int exactness(PathMatch path) {
      return path.type() == PathMatch.Type.EXACT ? 0 : 1;
    }
  }

  /// Gathers what an object adds.
  static final class Builder {
    private final List<HostRule> rules = new ArrayList<>();
    private final Map<String, Redirect> onlyHttps = new LinkedHashMap<>();
    private final List<RouteSink.Certificate> certificates = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final Instant age;

    Builder(Instant age) {
      this.age = age;
    }

    void rule(String host, Rule rule) {
      rules.add(new HostRule(host, rule, age));
    }

    void onlyHttps(String host, Redirect how) {
      onlyHttps.put(host, how);
    }

    void certificate(RouteSink.Certificate certificate) {
      certificates.add(certificate);
    }

    void problem(String words) {
      problems.add(words);
    }

    Fragment build() {
      return new Fragment(rules, onlyHttps, certificates, problems);
    }
  }
}
