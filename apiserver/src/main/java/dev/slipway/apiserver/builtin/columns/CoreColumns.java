package dev.slipway.apiserver.builtin.columns;

import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.resource.Column;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// Namespaces, nodes, configuration, quotas.
final class CoreColumns {
  private static final String ROLE_PREFIX = "node-role.kubernetes.io/";

  private CoreColumns() {}

  static List<Column> namespaces() {
    return Table.named()
        .text("Status", "Whether it is in use or ending.", it -> it.at("status").text("phase"))
        .age()
        .columns();
  }

  static List<Column> secrets() {
    return Table.named()
        .text("Type", "What the secret is for.", it -> it.text("type"))
        .textNumber("Data", "How many entries it has.", it -> it.at("data").size())
        .age()
        .columns();
  }

  static List<Column> configMaps() {
    return Table.named()
        .textNumber(
            "Data",
            "How many entries it has.",
            it -> it.at("data").size() + (long) it.at("binaryData").size())
        .age()
        .columns();
  }

  static List<Column> serviceAccounts() {
    return Table.named()
        .textNumber("Secrets", "How many secrets it lists.", it -> it.at("secrets").size())
        .age()
        .columns();
  }

  static List<Column> nodes() {
    return Table.named()
        .text("Status", "Whether it takes pods.", CoreColumns::nodeStatus)
        .text("Roles", "What its labels say it is for.", CoreColumns::roles)
        .age()
        .text("Version", "Of its kubelet.", it -> info(it, "kubeletVersion", ""))
        .wide("Internal-IP", "Its address inside.", it -> address(it, "InternalIP"))
        .wide("External-IP", "Its address from outside.", it -> address(it, "ExternalIP"))
        .wide("OS-Image", "Its operating system.", it -> info(it, "osImage", "<unknown>"))
        .wide("Kernel-Version", "Its kernel.", it -> info(it, "kernelVersion", "<unknown>"))
        .wide(
            "Container-Runtime",
            "What runs its containers.",
            it -> info(it, "containerRuntimeVersion", "<unknown>"))
        .columns();
  }

  static List<Column> resourceQuotas() {
    return Table.named()
        .text("Request", "What may be requested, and is.", it -> quota(it, false))
        .text("Limit", "What limits may add up to, and do.", it -> quota(it, true))
        .age()
        .columns();
  }

  static List<Column> componentStatuses() {
    return Table.named()
        .text("Status", "Whether the component is healthy.", CoreColumns::health)
        .text("Message", "What the component says.", it -> healthy(it, "message"))
        .text("Error", "What is wrong.", it -> healthy(it, "error"))
        .columns();
  }

  private static String nodeStatus(Field node) {
    String ready = "Unknown";
    for (Field each : node.at("status").items("conditions")) {
      if (each.text("type").equals("Ready")) {
        ready = each.text("status").equals("True") ? "Ready" : "NotReady";
      }
    }
    return node.at("spec", "unschedulable").isTrue() ? ready + ",SchedulingDisabled" : ready;
  }

  private static String roles(Field node) {
    var roles = new TreeSet<String>();
    for (Map.Entry<String, Field> each : node.at("metadata", "labels").entries()) {
      String key = each.getKey();
      if (key.startsWith(ROLE_PREFIX) && key.length() > ROLE_PREFIX.length()) {
        roles.add(key.substring(ROLE_PREFIX.length()));
      } else if (key.equals("kubernetes.io/role") && each.getValue().filled()) {
        roles.add(each.getValue().text());
      }
    }
    return Cells.orElse(String.join(",", roles), Cells.NONE);
  }

  private static String info(Field node, String name, String otherwise) {
    return Cells.orElse(node.at("status", "nodeInfo").text(name), otherwise);
  }

  private static String address(Field node, String type) {
    return node.at("status").items("addresses").stream()
        .filter(each -> each.text("type").equals(type))
        .map(each -> each.text("address"))
        .findFirst()
        .orElse(Cells.NONE);
  }

  private static String quota(Field quota, boolean limits) {
    var lines = new TreeMap<String, String>();
    for (Map.Entry<String, Field> each : quota.at("status", "hard").entries()) {
      String name = each.getKey();
      if (name.startsWith("limits.") == limits) {
        String used = Cells.quantity(quota.at("status", "used", name));
        lines.put(name, name + ": " + used + "/" + Cells.quantity(each.getValue()));
      }
    }
    return String.join(", ", lines.values());
  }

  private static String health(Field component) {
    String healthy = healthy(component, "status");
    return healthy.isEmpty() ? "Unknown" : healthy.equals("True") ? "Healthy" : "Unhealthy";
  }

  private static String healthy(Field component, String field) {
    return component.items("conditions").stream()
        .filter(each -> each.text("type").equals("Healthy"))
        .map(each -> each.text(field))
        .findFirst()
        .orElse("");
  }
}
