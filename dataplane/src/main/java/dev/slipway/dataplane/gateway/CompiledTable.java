package dev.slipway.dataplane.gateway;

import dev.slipway.dataplane.gateway.RouteTable.Match;
import dev.slipway.dataplane.gateway.RouteTable.Policy;
import dev.slipway.dataplane.gateway.RouteTable.Rule;
import dev.slipway.dataplane.gateway.RouteTable.VirtualHost;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A route table made ready for requests. Immutable; finding a host allocates nothing.
final class CompiledTable {
  static final CompiledTable EMPTY = new CompiledTable(Map.of());

  /// What rules are made of beside themselves.
  record Parts(Upstreams upstreams, Identities identities) {}

  private record Ready(VirtualHost source, CompiledHost host) {}

  private final Map<String, Ready> hosts;
  private final Regions<CompiledHost> exact;
  private final Regions<CompiledHost> suffixes;
  private final @Nullable CompiledHost any;
  private final boolean wildcards;

  private CompiledTable(Map<String, Ready> hosts) {
    this.hosts = hosts;
    var whole = new HashMap<String, CompiledHost>();
    var ends = new HashMap<String, CompiledHost>();
    hosts.forEach(
        (name, ready) -> {
          if (name.startsWith("*.")) {
            ends.put(name.substring(1), ready.host());
          } else if (!name.equals("*")) {
            whole.put(name, ready.host());
          }
        });
    var star = hosts.get("*");
    any = star == null ? null : star.host();
    exact = new Regions<>(whole, true);
    suffixes = new Regions<>(ends, true);
    wildcards = !ends.isEmpty();
  }

  /// @param before hosts that did not change are taken over; of the others, counters go on where
  ///     rules of the same id have the same shares
  /// @throws IllegalArgumentException if a rule has a malformed expression; it is named
  static CompiledTable of(RouteTable table, Parts parts, CompiledTable before) {
    var hosts = new HashMap<String, Ready>();
    table
        .hosts()
        .forEach(
            (name, source) -> {
              var known = before.hosts.get(name);
              boolean same = known != null && known.source().equals(source);
              hosts.put(name, same ? known : compile(source, parts, known));
            });
    return new CompiledTable(hosts);
  }

  private static Ready compile(VirtualHost source, Parts parts, @Nullable Ready before) {
    var old = new HashMap<Object, CompiledRule>();
    if (before != null) {
      before.host().rules().forEach(rule -> remember(rule, old));
    }
    var rules = new ArrayList<CompiledRule>();
    for (var rule : source.rules()) {
      var exact = old.get(new Same(rule.id(), rule.match()));
      var made = compile(source.name(), rule, parts, exact == null ? old.get(rule.id()) : exact);
      remember(made, old);
      rules.add(made);
    }
    var redirect =
        source
            .onlyHttps()
            .map(to -> new Rule(source.name(), Match.ALL, to, Policy.OPEN))
            .map(rule -> new CompiledRule(source.name(), rule, parts, null));
    return new Ready(source, new CompiledHost(rules, redirect.orElse(null)));
  }

  /// Tells rules of one id apart: an Ingress has one for each path.
  private record Same(String id, Match match) {}

  private static void remember(CompiledRule rule, Map<Object, CompiledRule> old) {
    old.put(new Same(rule.rule().id(), rule.rule().match()), rule);
    old.putIfAbsent(rule.rule().id(), rule);
  }

  private static CompiledRule compile(
      String host, Rule rule, Parts parts, @Nullable CompiledRule before) {
    try {
      return new CompiledRule(host, rule, parts, before);
    } catch (IllegalArgumentException problem) {
      throw new IllegalArgumentException(
          "rule " + rule.id() + ": " + problem.getMessage(), problem);
    }
  }

  /// One of each name and host.
  List<CompiledRule> rules() {
    var rules = new ArrayList<CompiledRule>();
    for (var ready : hosts.values()) {
      var seen = new HashSet<String>();
      for (var rule : ready.host().rules()) {
        if (seen.add(rule.rule().id())) {
          rules.add(rule);
        }
      }
    }
    return rules;
  }

  /// The most specific host an authority names, with or without a port; null if there is none.
  @Nullable CompiledHost host(String authority) {
    int end = endOfName(authority);
    var host = exact.find(authority, 0, end);
    if (host == null && wildcards) {
      host = bySuffix(authority, end);
    }
    return host == null ? any : host;
  }

  private @Nullable CompiledHost bySuffix(String authority, int end) {
    for (int dot = authority.indexOf('.'); dot >= 0 && dot < end; ) {
      var host = dot == 0 ? null : suffixes.find(authority, dot, end);
      if (host != null) {
        return host;
      }
      dot = authority.indexOf('.', dot + 1);
    }
    return null;
  }

  /// Without port and without a dot at the end.
  private static int endOfName(String authority) {
    int end = authority.length();
    int colon = authority.lastIndexOf(':');
    if (colon >= 0 && authority.indexOf(']', colon) < 0) {
      end = colon;
    }
    return end > 0 && authority.charAt(end - 1) == '.' ? end - 1 : end;
  }
}
