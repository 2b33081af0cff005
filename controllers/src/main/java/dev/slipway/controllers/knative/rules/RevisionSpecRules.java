package dev.slipway.controllers.knative.rules;

import dev.slipway.api.KindRules.Admitting;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Judges the spec of a revision: a pod's, without what Knative decides itself.
///
/// Source: knative/serving `pkg/apis/serving/v1/revision_validation.go` and
/// `pkg/apis/serving/k8s_validation.go`.
final class RevisionSpecRules {
  /// Decided by Knative, or of no meaning for something that scales.
  private static final List<String> NEVER =
      List.of(
          "terminationGracePeriodSeconds",
          "restartPolicy",
          "activeDeadlineSeconds",
          "nodeName",
          "ephemeralContainers",
          "hostname",
          "subdomain",
          "setHostnameAsFQDN",
          "overhead",
          "preemptionPolicy",
          "priority",
          "readinessGates",
          "serviceAccount");

  private static final Set<String> OWN =
      Set.of(
          "containers",
          "initContainers",
          "volumes",
          "serviceAccountName",
          "imagePullSecrets",
          "enableServiceLinks",
          "automountServiceAccountToken",
          "affinity",
          "nodeSelector",
          "tolerations",
          "topologySpreadConstraints",
          "runtimeClassName",
          "schedulerName",
          "priorityClassName",
          "securityContext",
          "hostAliases",
          "dnsPolicy",
          "dnsConfig",
          "hostIPC",
          "hostPID",
          "hostNetwork",
          "shareProcessNamespace",
          "resources",
          "resourceClaims",
          "containerConcurrency",
          "timeoutSeconds",
          "responseStartTimeoutSeconds",
          "idleTimeoutSeconds");

  private final Admitting admitting;
  private final FieldPath at;
  private final List<Problem> problems;

  RevisionSpecRules(Admitting admitting, FieldPath at, List<Problem> problems) {
    this.admitting = admitting;
    this.at = at;
    this.problems = problems;
  }

  void judge(ObjectNode spec) {
    var defaults = ServingDefaults.of(admitting);
    for (String field : spec.propertyNames()) {
      if (NEVER.contains(field)) {
        problems.add(Words.disallowed(at.field(field)));
      } else if (!OWN.contains(field)) {
        admitting.warnings().accept("unknown field \"" + at.field(field) + "\"");
      }
    }
    judgeTimeouts(spec, defaults);
    long least = defaults.allowUnlimitedConcurrency() ? 0 : 1;
    within(spec, "containerConcurrency", least, defaults.maxContainerConcurrency());
    judgeAccount(spec);
    var volumes = new VolumeRules(at.field("volumes"), problems).judge(spec);
    judgeContainers(spec, volumes);
  }

  private void judgeTimeouts(ObjectNode spec, ServingDefaults defaults) {
    within(spec, "timeoutSeconds", 0, defaults.maxTimeoutSeconds());
    long whole = spec.path("timeoutSeconds").asLong(defaults.timeoutSeconds());
    within(spec, "responseStartTimeoutSeconds", 0, whole);
    within(spec, "idleTimeoutSeconds", 0, whole);
  }

  private void within(ObjectNode spec, String field, long least, long most) {
    JsonNode found = spec.path(field);
    if (found.isMissingNode() || found.isNull()) {
      return;
    }
    if (!found.isIntegralNumber()) {
      problems.add(Problem.wrongType(at.field(field), found, "must be a whole number"));
    } else if (found.asLong() < least || found.asLong() > most) {
      problems.add(Words.outOfBounds(at.field(field), found.asLong(), least, most));
    }
  }

  private void judgeAccount(ObjectNode spec) {
    var account = Json.text(spec, "serviceAccountName");
    if (!account.isEmpty() && !Words.isSubdomain(account)) {
      problems.add(
          Problem.invalid(
              at.field("serviceAccountName"),
              account,
              "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters,"
                  + " '-' or '.', and must start and end with an alphanumeric character"));
    }
  }

  private void judgeContainers(ObjectNode spec, VolumeRules.Volumes volumes) {
    FieldPath list = at.field("containers");
    JsonNode containers = spec.path("containers");
    if (!containers.isMissingNode() && !containers.isArray()) {
      problems.add(Problem.wrongType(list, containers, "must be a list of containers"));
      return;
    }
    if (containers.isEmpty()) {
      problems.add(Words.missing(list));
      return;
    }
    judgePorts(containers, list);
    var names = new HashSet<String>();
    for (int i = 0; i < containers.size(); i++) {
      boolean serves = containers.size() == 1 || !containers.get(i).path("ports").isEmpty();
      var role = serves ? ContainerRules.Role.SERVING : ContainerRules.Role.SIDECAR;
      judge(containers.get(i), list.index(i), role, volumes, names);
    }
    JsonNode first = spec.path("initContainers");
    for (int i = 0; i < first.size(); i++) {
      var place = at.field("initContainers").index(i);
      judge(first.path(i), place, ContainerRules.Role.INIT, volumes, names);
    }
  }

  private void judge(
      JsonNode node,
      FieldPath place,
      ContainerRules.Role role,
      VolumeRules.Volumes volumes,
      Set<String> names) {
    if (!(node instanceof ObjectNode container)) {
      problems.add(Problem.wrongType(place, node, "must be a container"));
      return;
    }
    if (!names.add(Json.text(container, "name"))) {
      problems.add(
          Problem.invalid(
              place.field("name"),
              Json.text(container, "name"),
              "duplicate container name \"" + Json.text(container, "name") + "\""));
    }
    new ContainerRules(place, role, volumes, problems).judge(container);
  }

  /// One port over all containers: the one that is served.
  private void judgePorts(JsonNode containers, FieldPath list) {
    var found = new ArrayList<String>();
    for (int i = 0; i < containers.size(); i++) {
      for (int j = 0; j < containers.get(i).path("ports").size(); j++) {
        found.add(list.index(i).field("ports").index(j).toString());
      }
    }
    if (found.isEmpty() && containers.size() > 1) {
      problems.add(
          Problem.required(
              list,
              "missing field(s): containers[*].ports: one of several containers must have the"
                  + " port that is served"));
    } else if (found.size() > 1) {
      problems.add(
          Problem.forbidden(
              list,
              "more than one container port is set: Only a single port is allowed across all"
                  + " containers (found "
                  + String.join(", ", found)
                  + ")"));
    }
  }
}
