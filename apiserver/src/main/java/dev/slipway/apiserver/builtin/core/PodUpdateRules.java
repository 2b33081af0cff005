package dev.slipway.apiserver.builtin.core;

import dev.slipway.apiserver.builtin.Differences;
import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.Names;
import dev.slipway.apiserver.builtin.Problems;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What may change in a pod that is there.
final class PodUpdateRules {
  private static final String CHANGEABLE =
      "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
          + "`spec.tolerations` (only additions to existing tolerations),"
          + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously"
          + " negative)";

  private final Field now;
  private final Field old;
  private final Problems problems;

  private PodUpdateRules(Field pod, Field old, Problems problems) {
    this.now = pod.at("spec");
    this.old = old.at("spec");
    this.problems = problems;
  }

  static void judge(Field pod, Field old, Problems problems) {
    new PodUpdateRules(pod, old, problems).judge();
  }

  private void judge() {
    if (!sameContainers("containers") || !sameContainers("initContainers") || !deadline()) {
      return;
    }
    tolerations();
    gates();
    ObjectNode allowed = allowed();
    Field munged = new Field(allowed, now.path());
    if (!munged.sameAs(old)) {
      problems.forbidden(
          now,
          "pod updates may not change fields other than "
              + CHANGEABLE
              + Differences.lines(old, munged));
    }
  }

  private boolean sameContainers(String list) {
    if (now.at(list).size() != old.at(list).size()) {
      problems.forbidden(now.at(list), "pod updates may not add or remove containers");
      return false;
    }
    return true;
  }

  private boolean deadline() {
    Field deadline = now.at("activeDeadlineSeconds");
    Field before = old.at("activeDeadlineSeconds");
    if (!deadline.present()) {
      if (before.present()) {
        problems.invalid(deadline, "must not update from a positive integer to nil value");
      }
      return true;
    }
    long seconds = deadline.number(0);
    List<String> wrong = Names.between(seconds, 0, Integer.MAX_VALUE);
    if (!wrong.isEmpty()) {
      problems.sentences(deadline, wrong);
      return false;
    }
    if (before.present() && before.number(0) < seconds) {
      problems.invalid(deadline, "must be less than or equal to previous value");
      return false;
    }
    return true;
  }

  private void tolerations() {
    List<ObjectNode> present =
        now.items("tolerations").stream().map(PodUpdateRules::timeless).toList();
    for (Field before : old.items("tolerations")) {
      if (!present.contains(timeless(before))) {
        problems.forbidden(
            now.at("tolerations"),
            "existing toleration can not be modified except its tolerationSeconds");
        return;
      }
    }
  }

  private static ObjectNode timeless(Field toleration) {
    ObjectNode copy =
        toleration.value() instanceof ObjectNode object ? object.deepCopy() : Json.object();
    copy.remove("tolerationSeconds");
    return copy;
  }

  private void gates() {
    List<String> before =
        old.items("schedulingGates").stream().map(each -> each.text("name")).toList();
    for (Field gate : now.items("schedulingGates")) {
      if (!before.contains(gate.text("name"))) {
        problems.forbidden(
            gate.at("name"),
            "only deletion is allowed, but found new scheduling gate '" + gate.text("name") + "'");
      }
    }
  }

  /// The new spec with everything that may change put back to what it was.
  private ObjectNode allowed() {
    ObjectNode spec = now.value() instanceof ObjectNode object ? object.deepCopy() : Json.object();
    for (String list : List.of("containers", "initContainers")) {
      for (int i = 0; i < old.at(list).size(); i++) {
        restore("image", old.value().path(list).path(i), spec.path(list).path(i));
      }
    }
    for (String each : List.of("activeDeadlineSeconds", "schedulingGates", "tolerations")) {
      restore(each, old.value(), spec);
    }
    boolean wasNegative = old.at("terminationGracePeriodSeconds").number(0) < 0;
    if (wasNegative && now.at("terminationGracePeriodSeconds").number(0) == 1) {
      restore("terminationGracePeriodSeconds", old.value(), spec);
    }
    if (old.at("schedulingGates").size() > 0) {
      gated(spec);
    }
    return spec;
  }

  /// While gates hold a pod back, more may be asked of its node.
  private void gated(ObjectNode spec) {
    Field selector = now.at("nodeSelector");
    for (Map.Entry<String, Field> each : old.at("nodeSelector").entries()) {
      if (!Objects.equals(selector.text(each.getKey()), each.getValue().text())) {
        problems.add(
            Problem.invalid(
                selector.path().key(each.getKey()),
                selector.text(each.getKey()),
                "only additions are allowed; no deletion or modification is allowed"));
      }
    }
    restore("nodeSelector", old.value(), spec);
    Field affinity = old.at("affinity", "nodeAffinity");
    if (spec.get("affinity") instanceof ObjectNode changed) {
      restore("nodeAffinity", old.at("affinity").value(), changed);
      if (changed.isEmpty() && !old.at("affinity").present()) {
        spec.remove("affinity");
      }
    } else if (affinity.present()) {
      restore("affinity", old.value(), spec);
    }
  }

  private static void restore(String field, JsonNode from, JsonNode to) {
    if (to instanceof ObjectNode object) {
      JsonNode value = from.path(field);
      if (value.isMissingNode()) {
        object.remove(field);
      } else {
        object.set(field, value.deepCopy());
      }
    }
  }
}
