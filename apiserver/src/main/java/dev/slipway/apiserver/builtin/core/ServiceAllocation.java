package dev.slipway.apiserver.builtin.core;

import dev.slipway.apiserver.builtin.Addresses;
import dev.slipway.apiserver.builtin.Defaults;
import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.Problems;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Gives one service the addresses and node ports it needs and does not have. Single stack, IPv4.
///
/// The choice is stable: it starts at a place that the service's name decides and takes the next
/// free one. The lowest addresses of the range are left to those who ask for one, as upstream does.
final class ServiceAllocation {
  static final int FIRST_NODE_PORT = 30000;
  static final int LAST_NODE_PORT = 32767;
  private static final int MOST_RESERVED = 256;

  private final Addresses.Range range;
  private final Predicate<String> takenAddresses;
  private final Predicate<String> takenPorts;
  private final Problems problems = new Problems();

  /// @param takenAddresses whether another service has it
  /// @param takenPorts the same for `TCP/30000`
  ServiceAllocation(
      Addresses.Range range, Predicate<String> takenAddresses, Predicate<String> takenPorts) {
    this.range = range;
    this.takenAddresses = takenAddresses;
    this.takenPorts = takenPorts;
  }

  /// Fills the service in; what cannot be had is a problem.
  List<Problem> allocate(ObjectNode service) {
    ObjectNode spec = Json.ensureObject(service, "spec");
    if (ServiceStrategy.needsAddress(spec)) {
      families(spec);
      address(service, spec);
    }
    if (ServiceStrategy.needsNodePorts(spec)) {
      ports(service, spec);
    } else {
      asked(spec);
    }
    healthCheck(service, spec);
    return problems.list();
  }

  private void families(ObjectNode spec) {
    String policy = Json.text(spec, "ipFamilyPolicy");
    FieldPath path = FieldPath.of("spec");
    if (policy.equals("RequireDualStack")) {
      problems.invalid(
          path.field("ipFamilyPolicy"),
          policy,
          "this cluster is not configured for dual-stack services");
      return;
    }
    List<String> families = Field.of(spec).at("ipFamilies").texts();
    boolean selectorless = spec.path("selector").isEmpty();
    boolean headless = Json.text(spec, "clusterIP").equals("None");
    if (families.contains("IPv6") && !(headless && selectorless)) {
      problems.invalid(
          path.field("ipFamilies").index(families.indexOf("IPv6")),
          "IPv6",
          "not configured on this cluster");
    }
    Defaults.text(spec, "ipFamilyPolicy", "SingleStack");
    if (families.isEmpty()) {
      ArrayNode list = spec.putArray("ipFamilies").add("IPv4");
      if (headless && selectorless && policy.equals("PreferDualStack")) {
        list.add("IPv6");
      }
    }
  }

  private void address(ObjectNode service, ObjectNode spec) {
    String asked = Json.text(spec, "clusterIP");
    if (asked.equals("None")) {
      spec.putArray("clusterIPs").add("None");
    } else if (asked.isEmpty() && spec.path("clusterIPs").isEmpty()) {
      String found = free(seed(service));
      if (found.isEmpty()) {
        problems.add(
            new Problem(
                Problem.Type.INTERNAL,
                "spec.clusterIPs",
                "",
                "failed to allocate a serviceIP: range is full"));
        return;
      }
      spec.put("clusterIP", found);
      spec.putArray("clusterIPs").add(found);
    } else {
      if (spec.path("clusterIPs").isEmpty()) {
        spec.putArray("clusterIPs").add(asked);
      }
      spec.withArray("clusterIPs").forEach(each -> take(spec, each.asString("")));
    }
  }

  private void take(ObjectNode spec, String address) {
    byte[] bytes = Addresses.parse(address).orElse(null);
    if (bytes == null) {
      return;
    }
    String wrong =
        !range.contains(bytes)
            ? "the provided IP ("
                + address
                + ") is not in the valid range. The range of valid IPs"
                + " is "
                + text(range.address())
                + "/"
                + range.bits()
            : takenAddresses.test(address) ? "provided IP is already allocated" : "";
    if (!wrong.isEmpty()) {
      problems.invalid(
          FieldPath.of("spec", "clusterIPs"),
          spec.path("clusterIPs"),
          "failed to allocate IP " + address + ": " + wrong);
    }
  }

  private String free(int seed) {
    long size = 1L << (32 - range.bits());
    long reserved = Math.min(Math.max(size / 16, 16), MOST_RESERVED);
    long first = reserved < size - 2 ? reserved + 1 : 1;
    long upper = size - 1 - first;
    for (long i = 0; i < upper; i++) {
      String candidate = at(first + Math.floorMod(seed + i, upper));
      if (!takenAddresses.test(candidate)) {
        return candidate;
      }
    }
    for (long i = 1; i < first; i++) {
      if (!takenAddresses.test(at(i))) {
        return at(i);
      }
    }
    return "";
  }

  private String at(long offset) {
    byte[] base = range.address();
    long number = 0;
    for (byte each : base) {
      number = (number << 8) | (each & 0xff);
    }
    long sum = number + offset;
    return ((sum >> 24) & 255)
        + "."
        + ((sum >> 16) & 255)
        + "."
        + ((sum >> 8) & 255)
        + "."
        + (sum & 255);
  }

  private static String text(byte[] address) {
    var parts = new ArrayList<String>();
    for (byte each : address) {
      parts.add(Integer.toString(each & 0xff));
    }
    return String.join(".", parts);
  }

  private void ports(ObjectNode service, ObjectNode spec) {
    asked(spec);
    Set<String> own = new HashSet<>();
    for (ObjectNode port : Defaults.items(spec, "ports")) {
      long number = port.path("nodePort").asLong(0);
      if (number != 0) {
        own.add(Json.text(port, "protocol") + "/" + number);
      }
    }
    int position = 0;
    for (ObjectNode port : Defaults.items(spec, "ports")) {
      if (port.path("nodePort").asLong(0) == 0) {
        int seed = seed(service) + position;
        freePort(port, seed, own, FieldPath.of("spec", "ports").index(position));
      }
      position++;
    }
  }

  private void asked(ObjectNode spec) {
    int position = 0;
    for (ObjectNode port : Defaults.items(spec, "ports")) {
      long number = port.path("nodePort").asLong(0);
      if (number != 0 && ServiceStrategy.isExternal(spec)) {
        checkPort(
            Json.text(port, "protocol"),
            number,
            FieldPath.of("spec", "ports").index(position).field("nodePort"));
      }
      position++;
    }
  }

  private void checkPort(String protocol, long number, FieldPath path) {
    if (number < FIRST_NODE_PORT || number > LAST_NODE_PORT) {
      problems.invalid(
          path,
          number,
          "provided port is not in the valid range. The range of valid ports is "
              + FIRST_NODE_PORT
              + "-"
              + LAST_NODE_PORT);
    } else if (takenPorts.test(protocol + "/" + number)) {
      problems.invalid(path, number, "provided port is already allocated");
    }
  }

  /// The same number serves one port in several protocols, where the service has it so.
  private void freePort(ObjectNode port, int seed, Set<String> own, FieldPath path) {
    int size = LAST_NODE_PORT - FIRST_NODE_PORT + 1;
    String protocol = Json.text(port, "protocol");
    for (int i = 0; i < size; i++) {
      int number = FIRST_NODE_PORT + Math.floorMod(seed + i, size);
      String key = protocol + "/" + number;
      if (!takenPorts.test(key) && own.add(key)) {
        port.put("nodePort", number);
        return;
      }
    }
    problems.add(
        new Problem(
            Problem.Type.INTERNAL,
            path.toString(),
            "",
            "failed to allocate a nodePort: range is full"));
  }

  private void healthCheck(ObjectNode service, ObjectNode spec) {
    if (!ServiceStrategy.needsHealthCheck(spec)) {
      return;
    }
    long asked = spec.path("healthCheckNodePort").asLong(0);
    FieldPath path = FieldPath.of("spec", "healthCheckNodePort");
    if (asked != 0) {
      checkPort("TCP", asked, path);
      return;
    }
    var own = new HashSet<String>();
    for (ObjectNode port : Defaults.items(spec, "ports")) {
      own.add(Json.text(port, "protocol") + "/" + port.path("nodePort").asLong(0));
    }
    ObjectNode check = Json.object().put("protocol", "TCP");
    freePort(check, seed(service) + own.size(), own, path);
    copyNumber(check, spec);
  }

  private static void copyNumber(ObjectNode check, ObjectNode spec) {
    if (check.has("nodePort")) {
      spec.set("healthCheckNodePort", check.path("nodePort"));
    }
  }

  private static int seed(ObjectNode service) {
    String name =
        Json.text(service, "metadata", "namespace") + "/" + Json.text(service, "metadata", "name");
    return name.hashCode() & 0x7fff_ffff;
  }
}
