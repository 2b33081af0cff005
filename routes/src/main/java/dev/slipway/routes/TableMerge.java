package dev.slipway.routes;

import dev.slipway.dataplane.gateway.RouteTable;
import dev.slipway.dataplane.gateway.RouteTable.Redirect;
import dev.slipway.dataplane.gateway.RouteTable.VirtualHost;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// One table of all fragments.
final class TableMerge {
  private TableMerge() {}

  static RouteTable of(Collection<Fragment> fragments) {
    var rules = new HashMap<String, List<Fragment.HostRule>>();
    var onlyHttps = new HashMap<String, Redirect>();
    for (var fragment : fragments) {
      for (var each : fragment.rules()) {
        rules
            .computeIfAbsent(each.host().toLowerCase(Locale.ROOT), _ -> new ArrayList<>(1))
            .add(each);
      }
      onlyHttps.putAll(fragment.onlyHttps());
    }
    var hosts = new HashMap<String, VirtualHost>(rules.size() * 2);
    rules.forEach(
        (host, found) -> {
          found.sort(Fragment.HostRule.MOST_SPECIFIC);
          hosts.put(
              host,
              new VirtualHost(
                  host,
                  found.stream().map(Fragment.HostRule::rule).toList(),
                  Optional.ofNullable(onlyHttps.get(host))));
        });
    return new RouteTable(hosts);
  }

  /// The certificates of all fragments.
  static List<RouteSink.Certificate> certificates(Collection<Fragment> fragments) {
    return fragments.stream().flatMap(each -> each.certificates().stream()).distinct().toList();
  }
}
