package dev.slipway.apiserver.builtin.core;

import dev.slipway.apiserver.builtin.Addresses;
import dev.slipway.apiserver.builtin.Defaults;
import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.KindStrategy;
import dev.slipway.apiserver.builtin.Names;
import dev.slipway.apiserver.builtin.Problems;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// Namespaces, nodes and what else core/v1 has beside pods, services and configuration.
final class ClusterStrategies {
  private ClusterStrategies() {}

  /// Kinds without defaults or rules of their own.
  static final class Plain extends KindStrategy {
    @Override
    protected boolean hasStatus() {
      return false;
    }
  }

  /// Namespaces.
  static final class Namespaces extends KindStrategy {
    private static final String NAME_LABEL = "kubernetes.io/metadata.name";
    private static final String FINALIZER = "kubernetes";

    @Override
    protected void fill(ObjectNode namespace) {
      String name = Json.text(namespace, "metadata", "name");
      if (!name.isEmpty()) {
        Json.ensureObject(namespace, "metadata", "labels").put(NAME_LABEL, name);
      }
    }

    @Override
    protected void initialStatus(ObjectNode namespace, ObjectNode status) {
      status.put("phase", "Active");
    }

    @Override
    protected void begin(ObjectNode namespace) {
      ObjectNode spec = Json.ensureObject(namespace, "spec");
      List<String> finalizers = Field.of(spec).at("finalizers").texts();
      if (!finalizers.contains(FINALIZER)) {
        if (finalizers.isEmpty()) {
          spec.putArray("finalizers").add(FINALIZER);
        } else {
          spec.withArray("finalizers").add(FINALIZER);
        }
      }
    }

    @Override
    protected void keep(ObjectNode namespace, ObjectNode old) {
      copy("finalizers", Json.ensureObject(old, "spec"), Json.ensureObject(namespace, "spec"));
    }

    @Override
    public void prepareForUpdate(ObjectNode namespace, ObjectNode old, String subresource) {
      if (subresource.equals("finalize")) {
        copy(STATUS, old, namespace);
      } else {
        super.prepareForUpdate(namespace, old, subresource);
      }
    }

    @Override
    protected void judge(Field namespace, Problems problems) {
      Field finalizers = namespace.at("spec", "finalizers");
      for (String each : finalizers.texts()) {
        problems.sentences(finalizers.path(), each, Names.qualified(each));
        if (!each.contains("/")
            && !List.of(FINALIZER, "orphan", "foregroundDeletion").contains(each)) {
          problems.add(
              Problem.invalid(
                  finalizers.path(),
                  each,
                  "name is neither a standard finalizer name nor is it fully qualified"));
        }
      }
    }

    @Override
    protected void judgeStatus(Field namespace, Field old, Problems problems) {
      boolean ending = namespace.at("metadata", "deletionTimestamp").present();
      String wanted = ending ? "Terminating" : "Active";
      String phase = namespace.at(STATUS).text("phase");
      if (!phase.equals(wanted)) {
        problems.invalid(
            FieldPath.of(STATUS, "Phase"),
            phase,
            "may only be '"
                + wanted
                + "' if `deletionTimestamp` is "
                + (ending ? "not empty" : "empty"));
      }
    }
  }

  /// Nodes. Whoever registers a node says its status at once.
  static final class Nodes extends KindStrategy {
    @Override
    protected boolean hasStatus() {
      return false;
    }

    @Override
    public void prepareForCreate(ObjectNode node) {}

    @Override
    public void prepareForUpdate(ObjectNode node, ObjectNode old, String subresource) {
      if (subresource.isEmpty()) {
        copy(STATUS, old, node);
      } else if (subresource.equals(STATUS)) {
        keepAllButStatus(node, old);
      }
    }

    @Override
    protected void fill(ObjectNode node) {
      ObjectNode status = Json.ensureObject(node, STATUS);
      for (ObjectNode capacity : Defaults.present(status, "capacity")) {
        if (Defaults.lacks(status, "allocatable")) {
          status.set("allocatable", capacity.deepCopy());
        }
      }
      ObjectNode spec = Json.ensureObject(node, "spec");
      String range = Json.text(spec, "podCIDR");
      if (!range.isEmpty() && Defaults.lacks(spec, "podCIDRs")) {
        spec.putArray("podCIDRs").add(range);
      }
    }

    @Override
    protected void judge(Field node, Problems problems) {
      Field taints = node.at("spec", "taints");
      SpreadRules.taints(taints.reportedAt(FieldPath.of("metadata", "taints")), problems);
      for (String list : List.of("capacity", "allocatable")) {
        for (Map.Entry<String, Field> each : node.at(STATUS, list).entries()) {
          ResourceRules.value(
              each.getKey(),
              each.getValue().reportedAt(FieldPath.of(STATUS, list, each.getKey())),
              problems);
        }
      }
      Field ranges = node.at("spec", "podCIDRs");
      ranges.items().forEach(each -> Addresses.judgeRange(each, List.of(), problems));
      if (ranges.size() > 2) {
        problems.invalid(ranges, "may specify no more than one CIDR for each IP family");
      }
    }

    @Override
    protected void judgeChange(Field node, Field old, Problems problems) {
      judgeStatus(node, old, problems);
      Field ranges = node.at("spec", "podCIDRs");
      if (old.at("spec", "podCIDRs").size() > 0 && !ranges.sameAs(old.at("spec", "podCIDRs"))) {
        problems.forbidden(ranges, "node updates may not change podCIDR except from \"\" to valid");
      }
      Field provider = node.at("spec", "providerID");
      if (old.at("spec", "providerID").filled() && !provider.sameAs(old.at("spec", "providerID"))) {
        problems.forbidden(
            provider, "node updates may not change providerID except from \"\" to valid");
      }
    }

    @Override
    protected void judgeStatus(Field node, Field old, Problems problems) {
      var seen = new HashSet<Object>();
      for (Field address : node.at(STATUS).items("addresses")) {
        if (!seen.add(address.value())) {
          problems.duplicate(address);
        }
      }
    }
  }

  /// PodTemplates.
  static final class PodTemplates extends KindStrategy {
    @Override
    protected boolean hasStatus() {
      return false;
    }

    @Override
    protected void fill(ObjectNode template) {
      PodDefaults.template(Defaults.object(template, "template"));
    }

    @Override
    protected void judge(Field template, Problems problems) {
      PodSpecRules.template(template.at("template"), problems);
    }
  }

  /// Endpoints.
  static final class EndpointsObjects extends KindStrategy {
    @Override
    protected boolean hasStatus() {
      return false;
    }

    @Override
    protected void fill(ObjectNode endpoints) {
      for (ObjectNode subset : Defaults.items(endpoints, "subsets")) {
        Defaults.items(subset, "ports").forEach(each -> Defaults.text(each, "protocol", "TCP"));
      }
    }

    @Override
    protected void judgeUpdated(Field object, Field old, String subresource, Problems problems) {
      if (!object.at("subsets").sameAs(old.at("subsets"))) {
        judge(object, problems);
      }
    }

    @Override
    protected void judge(Field endpoints, Problems problems) {
      for (Field subset : endpoints.items("subsets")) {
        Field ready = subset.at("addresses");
        Field waiting = subset.at("notReadyAddresses");
        if (ready.size() + waiting.size() == 0) {
          problems.required(subset, "must specify `addresses` or `notReadyAddresses`");
        }
        ready.items().forEach(each -> address(each, problems));
        waiting.items().forEach(each -> address(each, problems));
        boolean several = subset.at("ports").size() > 1;
        subset.items("ports").forEach(each -> port(each, several, problems));
      }
    }

    private static void address(Field address, Problems problems) {
      Addresses.judge(address.at("ip"), List.of(), problems);
      if (address.at("hostname").filled()) {
        problems.sentences(address.at("hostname"), Names.dnsLabel(address.text("hostname")));
      }
      if (address.at("nodeName").present()) {
        problems.sentences(address.at("nodeName"), Names.dnsSubdomain(address.text("nodeName")));
      }
      Addresses.judgeEndpoint(address.at("ip"), problems);
    }

    private static void port(Field port, boolean named, Problems problems) {
      Field name = port.at("name");
      if (name.filled()) {
        problems.sentences(name, Names.dnsLabel(name.text()));
      } else if (named) {
        problems.required(name, "");
      }
      problems.sentences(
          port.at("port").path(), port.at("port").number(0), Names.port(port.at("port").number(0)));
      problems.exactlyOneOf(port.at("protocol"), ContainerRules.PROTOCOLS);
      if (port.at("appProtocol").present()) {
        problems.sentences(port.at("appProtocol"), Names.qualified(port.text("appProtocol")));
      }
    }
  }
}
