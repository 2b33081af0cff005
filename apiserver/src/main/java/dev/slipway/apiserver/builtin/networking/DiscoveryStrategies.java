package dev.slipway.apiserver.builtin.networking;

import dev.slipway.apiserver.builtin.Addresses;
import dev.slipway.apiserver.builtin.Defaults;
import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.KindStrategy;
import dev.slipway.apiserver.builtin.Names;
import dev.slipway.apiserver.builtin.ObjectMetaRules;
import dev.slipway.apiserver.builtin.Problems;
import dev.slipway.apiserver.resource.Strategy;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// Behaviours of discovery.k8s.io/v1, by kind.
///
/// Source: `pkg/apis/discovery/validation/validation.go`.
public final class DiscoveryStrategies {
  private static final List<String> TYPES = List.of("FQDN", "IPv4", "IPv6");
  private static final int MOST_ENDPOINTS = 1000;
  private static final int MOST_PORTS = 20_000;
  private static final int MOST_ADDRESSES = 100;

  private DiscoveryStrategies() {}

  public static Map<String, Strategy> byKind() {
    return Map.of("EndpointSlice", new EndpointSlices(false));
  }

  /// The behaviour of EndpointSlices where pods are processes of this machine: their addresses may
  /// be loopback ones.
  public static Strategy withLoopback() {
    return new EndpointSlices(true);
  }

  private static final class EndpointSlices extends KindStrategy {
    private final boolean loopback;

    EndpointSlices(boolean loopback) {
      this.loopback = loopback;
    }

    @Override
    protected boolean hasStatus() {
      return false;
    }

    @Override
    protected void fill(ObjectNode slice) {
      for (ObjectNode port : Defaults.items(slice, "ports")) {
        Defaults.absentText(port, "name", "");
        Defaults.text(port, "protocol", "TCP");
      }
    }

    @Override
    protected void judge(Field slice, Problems problems) {
      problems.exactlyOneOf(slice.at("addressType"), TYPES);
      Field endpoints = slice.at("endpoints");
      problems.atMost(endpoints, MOST_ENDPOINTS);
      if (endpoints.size() <= MOST_ENDPOINTS) {
        endpoints.items().forEach(each -> endpoint(each, slice.text("addressType"), problems));
      }
      ports(slice.at("ports"), problems);
    }

    private void endpoint(Field endpoint, String type, Problems problems) {
      Field addresses = endpoint.at("addresses");
      problems.demand(addresses, "must contain at least 1 address");
      problems.atMost(addresses, MOST_ADDRESSES);
      for (Field address : addresses.items()) {
        address(address, type, problems);
      }
      if (endpoint.at("nodeName").present()) {
        problems.sentences(endpoint.at("nodeName"), Names.dnsSubdomain(endpoint.text("nodeName")));
      }
      ObjectMetaRules.labels(endpoint.at("deprecatedTopology"), problems);
      if (endpoint.at("hostname").present()) {
        problems.sentences(endpoint.at("hostname"), Names.dnsLabel(endpoint.text("hostname")));
      }
    }

    private void address(Field address, String type, Problems problems) {
      switch (type) {
        case "IPv4", "IPv6" -> {
          int before = problems.count();
          Addresses.judge(address, List.of(), problems);
          boolean six = Addresses.isIpv6(address.text());
          if (problems.count() > before) {
            return;
          }
          if (six != type.equals("IPv6")) {
            problems.invalid(address, "must be an " + type + " address");
          }
          if (!(loopback && Addresses.isLoopback(address.text()))) {
            Addresses.judgeEndpoint(address, problems);
          }
        }
        case "FQDN" ->
            problems.sentences(address, Names.domain(address.text().replaceFirst("\\.$", ""), 2));
        default -> {}
      }
    }

    private static void ports(Field ports, Problems problems) {
      problems.atMost(ports, MOST_PORTS);
      var names = new HashSet<String>();
      for (Field port : ports.items()) {
        Field name = port.at("name");
        if (name.filled()) {
          problems.sentences(name, Names.dnsLabel(name.text()));
        }
        if (!names.add(name.text())) {
          problems.duplicate(name);
        }
        problems.exactlyOneOf(port.at("protocol"), List.of("SCTP", "TCP", "UDP"));
        if (port.at("appProtocol").present()) {
          problems.sentences(port.at("appProtocol"), Names.qualified(port.text("appProtocol")));
        }
      }
    }

    @Override
    protected void judgeChange(Field slice, Field old, Problems problems) {
      problems.immutable(slice.at("addressType"), old.at("addressType"));
    }
  }
}
