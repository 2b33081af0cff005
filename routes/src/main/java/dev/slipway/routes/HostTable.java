package dev.slipway.routes;

import dev.slipway.control.Key;
import dev.slipway.dataplane.gateway.RouteTable.Redirect;
import dev.slipway.dataplane.gateway.RouteTable.VirtualHost;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The fragments of all objects, and which hosts differ since they were last asked for. Used under
/// its owner's monitor.
final class HostTable {
  private static final Comparator<Key> BY_NAME = Comparator.comparing(Key::toString);

  private final Map<Key, Fragment> fragments = new HashMap<>();
  private final Map<String, List<Key>> objectsOf = new HashMap<>(); // by host
  private final Set<String> changed = new HashSet<>();

  /// What an object adds; nothing where it is not known.
  Fragment of(Key object) {
    return fragments.getOrDefault(object, Fragment.EMPTY);
  }

  boolean has(Key object) {
    return fragments.containsKey(object);
  }

  Set<Key> objects() {
    return Set.copyOf(fragments.keySet());
  }

  /// Takes what an object adds now in place of what it added before.
  void put(Key object, Fragment now) {
    hostsOf(of(object)).forEach(host -> leave(host, object));
    fragments.put(object, now);
    hostsOf(now).forEach(host -> join(host, object));
  }

  void remove(Key object) {
    put(object, Fragment.EMPTY);
    fragments.remove(object);
  }

  private void join(String host, Key object) {
    changed.add(host);
    var known = new ArrayList<>(objectsOf.getOrDefault(host, List.of()));
    known.add(object);
    known.sort(BY_NAME);
    objectsOf.put(host, List.copyOf(known));
  }

  private void leave(String host, Key object) {
    changed.add(host);
    var rest =
        objectsOf.getOrDefault(host, List.of()).stream().filter(each -> !each.equals(object));
    objectsOf.put(host, rest.toList());
    objectsOf.remove(host, List.of());
  }

  private static Set<String> hostsOf(Fragment fragment) {
    var names = new HashSet<String>();
    fragment.rules().forEach(each -> names.add(name(each.host())));
    fragment.onlyHttps().keySet().forEach(host -> names.add(name(host)));
    return names;
  }

  private static String name(String host) {
    return host.toLowerCase(Locale.ROOT);
  }

  boolean hasChanges() {
    return !changed.isEmpty();
  }

  /// The hosts that changed since the last call, as they are now; empty for those without a rule.
  Map<String, Optional<VirtualHost>> takeChanges() {
    var taken = new HashMap<String, Optional<VirtualHost>>();
    changed.forEach(host -> taken.put(host, host(host)));
    changed.clear();
    return taken;
  }

  private Optional<VirtualHost> host(String name) {
    var rules = new ArrayList<Fragment.HostRule>();
    Optional<Redirect> onlyHttps = Optional.empty();
    for (var object : objectsOf.getOrDefault(name, List.of())) {
      var fragment = of(object);
      fragment.rules().stream().filter(each -> name(each.host()).equals(name)).forEach(rules::add);
      for (var each : fragment.onlyHttps().entrySet()) {
        if (onlyHttps.isEmpty() && name(each.getKey()).equals(name)) {
          onlyHttps = Optional.of(each.getValue());
        }
      }
    }
    if (rules.isEmpty()) {
      return Optional.empty();
    }
    rules.sort(Fragment.HostRule.MOST_SPECIFIC);
    return Optional.of(
        new VirtualHost(name, rules.stream().map(Fragment.HostRule::rule).toList(), onlyHttps));
  }

  /// The certificates of all fragments.
  List<RouteSink.Certificate> certificates() {
    return fragments.values().stream()
        .flatMap(each -> each.certificates().stream())
        .distinct()
        .toList();
  }
}
