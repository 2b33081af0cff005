package dev.slipway.apiserver.builtin.columns;

import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.resource.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Services, endpoints, ingresses, network policies.
final class NetworkColumns {
  private static final int SHOWN = 3;

  private NetworkColumns() {}

  static List<Column> services() {
    return Table.named()
        .text("Type", "How the service is reached.", it -> it.at("spec").text("type"))
        .text("Cluster-IP", "Its address in the cluster.", NetworkColumns::clusterAddress)
        .text("External-IP", "Its addresses from outside.", NetworkColumns::externalAddress)
        .text("Port(s)", "The ports it serves.", NetworkColumns::ports)
        .age()
        .wide("Selector", "Which pods serve it.", it -> Cells.labels(it.at("spec", "selector")))
        .columns();
  }

  static List<Column> endpoints() {
    return Table.named()
        .text("Endpoints", "Addresses and ports.", NetworkColumns::endpointList)
        .age()
        .columns();
  }

  static List<Column> endpointSlices() {
    return Table.named()
        .text("AddressType", "What the addresses are.", it -> it.text("addressType"))
        .text("Ports", "The ports of every endpoint.", NetworkColumns::slicePorts)
        .text("Endpoints", "The addresses.", NetworkColumns::sliceAddresses)
        .age()
        .columns();
  }

  static List<Column> ingresses() {
    return Table.named()
        .text(
            "Class",
            "The IngressClass that implements it.",
            it -> Cells.or(it.at("spec", "ingressClassName"), Cells.NONE))
        .text("Hosts", "Hosts its rules name.", NetworkColumns::hosts)
        .text("Address", "Where it is reached.", NetworkColumns::loadBalancer)
        .text("Ports", "Ports it opens.", it -> it.at("spec", "tls").size() > 0 ? "80, 443" : "80")
        .age()
        .columns();
  }

  static List<Column> ingressClasses() {
    return Table.named()
        .text("Controller", "Who implements the class.", it -> it.at("spec").text("controller"))
        .text("Parameters", "Where its parameters are.", NetworkColumns::parameters)
        .age()
        .columns();
  }

  static List<Column> networkPolicies() {
    return Table.named()
        .text(
            "Pod-Selector",
            "Which pods it is about.",
            it -> Cells.selector(it.at("spec", "podSelector")))
        .age()
        .columns();
  }

  static List<Column> serviceCidrs() {
    return Table.named()
        .text(
            "CIDRs", "Ranges of addresses.", it -> String.join(",", it.at("spec", "cidrs").texts()))
        .age()
        .columns();
  }

  private static String clusterAddress(Field service) {
    List<Field> addresses = service.at("spec").items("clusterIPs");
    return addresses.isEmpty() ? Cells.NONE : addresses.getFirst().text();
  }

  private static String externalAddress(Field service) {
    List<String> external = service.at("spec", "externalIPs").texts();
    String joined = String.join(",", external);
    return switch (service.at("spec").text("type")) {
      case "ClusterIP", "NodePort" -> Cells.orElse(joined, Cells.NONE);
      case "LoadBalancer" -> {
        String balancer = loadBalancer(service);
        String separator = balancer.isEmpty() || joined.isEmpty() ? "" : ",";
        yield Cells.orElse(balancer + separator + joined, "<pending>");
      }
      case "ExternalName" -> service.at("spec").text("externalName");
      default -> "<unknown>";
    };
  }

  private static String ports(Field service) {
    String ports =
        service.at("spec").items("ports").stream()
            .map(NetworkColumns::port)
            .collect(Collectors.joining(","));
    return Cells.orElse(ports, Cells.NONE);
  }

  private static String port(Field port) {
    long node = port.at("nodePort").number(0);
    return port.at("port").number(0) + (node > 0 ? ":" + node : "") + "/" + port.text("protocol");
  }

  private static String loadBalancer(Field object) {
    var addresses = new TreeSet<String>();
    for (Field each : object.at("status", "loadBalancer").items("ingress")) {
      String address = Cells.orElse(each.text("ip"), each.text("hostname"));
      if (!address.isEmpty()) {
        addresses.add(address);
      }
    }
    return String.join(",", addresses);
  }

  private static String endpointList(Field endpoints) {
    List<Field> subsets = endpoints.items("subsets");
    if (subsets.isEmpty()) {
      return Cells.NONE;
    }
    var texts = new ArrayList<String>();
    for (Field subset : subsets) {
      List<String> addresses =
          subset.items("addresses").stream().map(each -> each.text("ip")).toList();
      if (subset.at("ports").size() == 0) {
        texts.addAll(addresses);
      }
      for (Field port : subset.items("ports")) {
        long number = port.at("port").number(0);
        addresses.forEach(
            each -> texts.add((each.contains(":") ? "[" + each + "]" : each) + ":" + number));
      }
    }
    return Cells.some(texts, SHOWN, ",");
  }

  private static String slicePorts(Field slice) {
    List<String> ports =
        slice.items("ports").stream()
            .map(
                each ->
                    each.at("port").present()
                        ? Long.toString(each.at("port").number(0))
                        : Cells.or(each.at("name"), "*"))
            .toList();
    return Cells.orElse(Cells.some(ports, SHOWN, ","), Cells.UNSET);
  }

  private static String sliceAddresses(Field slice) {
    List<String> addresses =
        slice.items("endpoints").stream()
            .flatMap(each -> each.at("addresses").texts().stream())
            .toList();
    return Cells.orElse(Cells.some(addresses, SHOWN, ","), Cells.UNSET);
  }

  /// Rules without a host are not listed but count among those there are more of.
  private static String hosts(Field ingress) {
    List<Field> rules = ingress.at("spec").items("rules");
    var hosts = new ArrayList<String>();
    boolean more = false;
    for (Field rule : rules) {
      more |= hosts.size() == SHOWN;
      if (!more && !rule.text("host").isEmpty()) {
        hosts.add(rule.text("host"));
      }
    }
    if (hosts.isEmpty()) {
      return "*";
    }
    String text = String.join(",", hosts);
    return more ? text + " + " + (rules.size() - SHOWN) + " more..." : text;
  }

  private static String parameters(Field ingressClass) {
    Field reference = ingressClass.at("spec", "parameters");
    if (!reference.present()) {
      return Cells.NONE;
    }
    Field group = reference.at("apiGroup");
    return reference.text("kind")
        + (group.present() ? "." + group.text() : "")
        + "/"
        + reference.text("name");
  }
}
