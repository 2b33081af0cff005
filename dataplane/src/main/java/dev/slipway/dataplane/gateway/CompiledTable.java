package dev.slipway.dataplane.gateway;

import dev.slipway.dataplane.gateway.RouteTable.Match;
import dev.slipway.dataplane.gateway.RouteTable.Policy;
import dev.slipway.dataplane.gateway.RouteTable.Rule;
import dev.slipway.dataplane.gateway.RouteTable.VirtualHost;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// A route table made ready for requests. Immutable; finding a host allocates nothing.
///
/// Implementation note. Hosts lie in shards by the hash of their name, so that a table in which a
/// few of a hundred thousand hosts differ from the one before shares all other shards with it.
final class CompiledTable {
  private static final int SHARDS = 1024;
  private static final Shard NO_HOSTS = new Shard(Map.of());

  static final CompiledTable EMPTY = new CompiledTable(emptyShards(), Map.of());

  /// What rules are made of beside themselves.
  record Parts(Upstreams upstreams, Identities identities) {}

  private record Ready(VirtualHost source, CompiledHost host) {}

  /// Some hosts that are named in whole.
  private static final class Shard {
    private final Map<String, Ready> hosts;
    private final Regions<CompiledHost> byName;

    Shard(Map<String, Ready> hosts) {
      this.hosts = hosts;
      this.byName = regions(hosts, 0);
    }
  }

  private final Shard[] shards;
  private final Map<String, Ready> patterns; // `*.example.com`, `*`
  private final Regions<CompiledHost> suffixes;
  private final @Nullable CompiledHost any;
  private final boolean wildcards;

  private CompiledTable(Shard[] shards, Map<String, Ready> patterns) {
    this.shards = shards;
    this.patterns = patterns;
    var ends = new HashMap<>(patterns);
    var star = ends.remove("*");
    any = star == null ? null : star.host();
    suffixes = regions(ends, 1);
    wildcards = !ends.isEmpty();
  }

  private static Shard[] emptyShards() {
    var shards = new Shard[SHARDS];
    Arrays.fill(shards, NO_HOSTS);
    return shards;
  }

  private static Regions<CompiledHost> regions(Map<String, Ready> hosts, int skipped) {
    var byName = new HashMap<String, CompiledHost>();
    hosts.forEach((name, ready) -> byName.put(name.substring(skipped), ready.host()));
    return new Regions<>(byName, true);
  }

  /// @param before hosts that did not change are taken over; of the others, counters go on where
  ///     rules of the same id have the same shares
  /// @throws IllegalArgumentException if a rule has a malformed expression; it is named
  static CompiledTable of(RouteTable table, Parts parts, CompiledTable before) {
    var changed = new HashMap<String, Optional<VirtualHost>>();
    before.each((name, _) -> changed.put(name, Optional.empty()));
    table.hosts().forEach((name, host) -> changed.put(name, Optional.of(host)));
    return before.with(changed, parts);
  }

  /// This table but for some hosts.
  ///
  /// @param changed by name; empty for one that is no more
  /// @throws IllegalArgumentException if a rule has a malformed expression; it is named
  CompiledTable with(Map<String, Optional<VirtualHost>> changed, Parts parts) {
    var nextPatterns = new HashMap<>(patterns);
    var touched = new HashMap<Integer, Map<String, Ready>>();
    changed.forEach(
        (name, source) -> {
          var among =
              name.startsWith("*")
                  ? nextPatterns
                  : touched.computeIfAbsent(shardOf(name), i -> new HashMap<>(shards[i].hosts));
          var known = among.get(name);
          if (source.isEmpty()) {
            among.remove(name);
          } else if (known == null || !known.source().equals(source.get())) {
            among.put(name, compile(source.get(), parts, known));
          }
        });
    var next = shards.clone();
    touched.forEach((i, hosts) -> next[i] = hosts.isEmpty() ? NO_HOSTS : new Shard(hosts));
    return new CompiledTable(next, nextPatterns);
  }

  private static int shardOf(String name) {
    return shardOf(Regions.hash(name, 0, name.length(), true));
  }

  /// By other bits than those that choose the place in the shard.
  private static int shardOf(int hash) {
    return hash >>> 16 & SHARDS - 1;
  }

  private void each(BiConsumer<String, Ready> visitor) {
    for (var shard : shards) {
      shard.hosts.forEach(visitor);
    }
    patterns.forEach(visitor);
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
    each(
        (_, ready) -> {
          var seen = new HashSet<String>();
          for (var rule : ready.host().rules()) {
            if (seen.add(rule.rule().id())) {
              rules.add(rule);
            }
          }
        });
    return rules;
  }

  /// Whether a host other than `*` is named.
  boolean names(String authority) {
    var host = host(authority);
    return host != null && !host.equals(any);
  }

  /// The most specific host an authority names, with or without a port; null if there is none.
  @Nullable CompiledHost host(String authority) {
    int end = endOfName(authority);
    int hash = Regions.hash(authority, 0, end, true);
    var host = shards[shardOf(hash)].byName.find(authority, 0, end, hash);
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
