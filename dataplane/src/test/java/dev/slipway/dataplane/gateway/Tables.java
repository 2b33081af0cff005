package dev.slipway.dataplane.gateway;

import dev.slipway.dataplane.gateway.RouteTable.Action;
import dev.slipway.dataplane.gateway.RouteTable.Backend;
import dev.slipway.dataplane.gateway.RouteTable.Edits;
import dev.slipway.dataplane.gateway.RouteTable.Forwarding;
import dev.slipway.dataplane.gateway.RouteTable.Match;
import dev.slipway.dataplane.gateway.RouteTable.PathMatch;
import dev.slipway.dataplane.gateway.RouteTable.Policy;
import dev.slipway.dataplane.gateway.RouteTable.Retries;
import dev.slipway.dataplane.gateway.RouteTable.Rule;
import dev.slipway.dataplane.gateway.RouteTable.Timeouts;
import dev.slipway.dataplane.gateway.RouteTable.VirtualHost;
import dev.slipway.dataplane.gateway.Upstream.Endpoint;
import dev.slipway.dataplane.gateway.Upstream.Wire;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Tables and upstreams as tests need them: what a test does not name is ordinary.
final class Tables {
  private Tables() {}

  static RouteTable one(String host, Rule... rules) {
    return of(Map.of(host, List.of(rules)));
  }

  static RouteTable of(Map<String, List<Rule>> rules) {
    var hosts = new HashMap<String, VirtualHost>();
    rules.forEach((name, list) -> hosts.put(name, new VirtualHost(name, list, Optional.empty())));
    return new RouteTable(hosts);
  }

  static Rule rule(String id, Match match, Action action) {
    return new Rule(id, match, action, Policy.OPEN);
  }

  static Rule rule(String id, Action action) {
    return rule(id, Match.ALL, action);
  }

  static Rule guarded(Policy policy, Action action) {
    return new Rule("guarded", Match.ALL, action, policy);
  }

  static Match path(PathMatch.Type type, String value) {
    return new Match(new PathMatch(type, value), "", List.of(), List.of());
  }

  static Forwarding to(String upstream) {
    return to(Backend.of(upstream, 1));
  }

  static Forwarding to(Backend... backends) {
    return new Forwarding(
        List.of(backends), Edits.NONE, Optional.empty(), Timeouts.NONE, Retries.SAFE, List.of());
  }

  static Forwarding to(String upstream, Timeouts timeouts) {
    return new Forwarding(
        List.of(Backend.of(upstream, 1)),
        Edits.NONE,
        Optional.empty(),
        timeouts,
        Retries.SAFE,
        List.of());
  }

  static InetSocketAddress address(int number) {
    return new InetSocketAddress("127.1.0." + number, 8080);
  }

  /// @param numbers of the endpoints' addresses
  static Upstream upstream(String key, int concurrency, boolean wakes, int... numbers) {
    var endpoints = new ArrayList<Endpoint>();
    for (int number : numbers) {
      endpoints.add(new Endpoint(address(number), "default/pod-" + number));
    }
    return new Upstream(key, Wire.HTTP1, concurrency, wakes, endpoints, false);
  }
}
