package dev.slipway.apiserver.builtin.core;

import dev.slipway.apiserver.builtin.Defaults;
import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.KindStrategy;
import dev.slipway.apiserver.builtin.Problems;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// Pods.
final class PodStrategy extends KindStrategy {
  /// Names the node and says so in the status; all of it is made by the verb.
  private static final String BINDING = "binding";

  private static final String DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";

  @Override
  protected void fill(ObjectNode pod) {
    PodDefaults.pod(pod);
    Defaults.present(pod, STATUS).forEach(PodStrategy::firstAddress);
  }

  /// Both spellings of the pod's address hold the same.
  private static void firstAddress(ObjectNode status) {
    String one = Json.text(status, "podIP");
    List<ObjectNode> all = Defaults.items(status, "podIPs");
    if (all.isEmpty() && !one.isEmpty()) {
      status.putArray("podIPs").addObject().put("ip", one);
    } else if (!all.isEmpty()) {
      status.put("podIP", Json.text(all.getFirst(), "ip"));
    }
  }

  @Override
  protected void initialStatus(ObjectNode pod, ObjectNode status) {
    Field spec = new Field(pod.path("spec"), FieldPath.ROOT);
    status.put("phase", "Pending").put("qosClass", PodResources.qosClass(spec));
    if (spec.at("schedulingGates").size() > 0) {
      status
          .putArray("conditions")
          .addObject()
          .put("type", "PodScheduled")
          .put("status", "False")
          .put("reason", "SchedulingGated")
          .put("message", "Scheduling is blocked due to non-empty scheduling gates");
    }
  }

  @Override
  public void prepareForUpdate(ObjectNode pod, ObjectNode old, String subresource) {
    switch (subresource) {
      case STATUS -> {
        keepAllButStatus(pod, old);
        copyMetadata("ownerReferences", old, pod);
        copyMetadata("deletionTimestamp", old, pod);
        copy("qosClass", Json.ensureObject(old, STATUS), Json.ensureObject(pod, STATUS));
      }
      case "ephemeralcontainers" -> keepSpecBut("ephemeralContainers", pod, old);
      case "resize" -> resize(pod, old);
      case BINDING -> {}
      default -> super.prepareForUpdate(pod, old, subresource);
    }
  }

  private static void keepSpecBut(String field, ObjectNode pod, ObjectNode old) {
    ObjectNode spec = Json.ensureObject(old, "spec").deepCopy();
    copy(field, Json.ensureObject(pod, "spec"), spec);
    pod.set("spec", spec);
    copy(STATUS, old, pod);
  }

  private static void resize(ObjectNode pod, ObjectNode old) {
    ObjectNode asked = Json.ensureObject(pod, "spec");
    ObjectNode spec = Json.ensureObject(old, "spec").deepCopy();
    for (String list : List.of("containers", "initContainers")) {
      List<ObjectNode> containers = Defaults.items(spec, list);
      List<ObjectNode> wanted = Defaults.items(asked, list);
      if (containers.size() != wanted.size()) {
        copy(list, asked, spec);
        continue;
      }
      for (int i = 0; i < containers.size(); i++) {
        copy("name", wanted.get(i), containers.get(i));
        copy("resources", wanted.get(i), containers.get(i));
        copy("resizePolicy", wanted.get(i), containers.get(i));
      }
    }
    pod.set("spec", spec);
    copy(STATUS, old, pod);
  }

  @Override
  protected void judge(Field pod, Problems problems) {
    deletionCost(pod.at("metadata", "annotations"), problems);
    PodSpecRules.pod(pod, problems);
    Field spec = pod.at("spec");
    if (!spec.at("serviceAccountName").filled()) {
      tokensNeedAnAccount(spec, problems);
    }
    for (String list : List.of("containers", "initContainers")) {
      spec.items(list).forEach(each -> ContainerRules.trimmedImage(each, problems));
    }
  }

  private static void deletionCost(Field annotations, Problems problems) {
    Field cost = annotations.at(DELETION_COST);
    if (cost.present() && !cost.text().matches("0|-?[1-9][0-9]{0,9}")) {
      problems.add(
          Problem.invalid(
              annotations.path().key(DELETION_COST), cost.text(), "must be a 32bit integer"));
    }
  }

  private static void tokensNeedAnAccount(Field spec, Problems problems) {
    for (Field volume : spec.items("volumes")) {
      for (Field source : volume.at("projected").items("sources")) {
        if (source.at("serviceAccountToken").present()) {
          problems.forbidden(
              source.at("serviceAccountToken"),
              "must not be specified when serviceAccountName is not set");
        }
      }
    }
  }

  @Override
  protected void judgeNew(Field pod, Problems problems) {
    Field spec = pod.at("spec");
    if (spec.at("ephemeralContainers").size() > 0) {
      problems.forbidden(spec.at("ephemeralContainers"), "cannot be set on create");
    }
    if (spec.at("nodeName").filled() && spec.at("schedulingGates").size() > 0) {
      problems.forbidden(
          spec.at("nodeName"), "cannot be set until all schedulingGates have been cleared");
    }
  }

  @Override
  protected void judgeUpdated(Field pod, Field old, String subresource, Problems problems) {
    judge(pod, problems);
    switch (subresource) {
      case "ephemeralcontainers" -> PodResizeRules.ephemeral(pod, old, problems);
      case "resize" -> PodResizeRules.resize(pod, old, problems);
      case BINDING -> {}
      default -> PodUpdateRules.judge(pod, old, problems);
    }
  }

  @Override
  protected void judgeStatus(Field pod, Field old, Problems problems) {
    PodStatusRules.judge(pod, old, problems);
  }

  @Override
  public List<String> warnings(ObjectNode pod) {
    return templateWarnings(Field.of(pod));
  }

  /// Sentences about oddities of a pod, or of a template at its path.
  static List<String> templateWarnings(Field template) {
    var warnings = new ArrayList<String>();
    Field spec = template.at("spec");
    for (String list : List.of("initContainers", "containers")) {
      for (Field container : spec.items(list)) {
        repeatedVariables(container, warnings);
      }
    }
    Field deprecated = spec.at("serviceAccount");
    if (deprecated.filled() && !spec.at("serviceAccountName").filled()) {
      warnings.add(deprecated.path() + ": deprecated, use spec.serviceAccountName instead");
    }
    return warnings;
  }

  private static void repeatedVariables(Field container, List<String> warnings) {
    Map<String, Field> seen = new HashMap<>();
    for (Field variable : container.items("env")) {
      Field before = seen.put(variable.text("name"), variable);
      if (before != null) {
        warnings.add(
            variable.path()
                + ": hides previous definition of \""
                + variable.text("name")
                + "\", which may be dropped when using apply");
      }
    }
  }
}
