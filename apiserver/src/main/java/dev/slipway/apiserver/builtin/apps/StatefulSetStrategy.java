package dev.slipway.apiserver.builtin.apps;

import dev.slipway.apiserver.builtin.Defaults;
import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.IntOrPercent;
import dev.slipway.apiserver.builtin.KindStrategy;
import dev.slipway.apiserver.builtin.Names;
import dev.slipway.apiserver.builtin.Problems;
import dev.slipway.apiserver.builtin.core.PodDefaults;
import dev.slipway.apiserver.builtin.storage.ClaimRules;
import dev.slipway.base.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// StatefulSets.
final class StatefulSetStrategy extends KindStrategy {
  private static final List<String> CHANGEABLE =
      List.of(
          "replicas",
          "ordinals",
          "template",
          "updateStrategy",
          "revisionHistoryLimit",
          "persistentVolumeClaimRetentionPolicy",
          "minReadySeconds");
  private static final String FORBIDDEN =
      "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template',"
          + " 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and"
          + " 'minReadySeconds' are forbidden";

  @Override
  protected void fill(ObjectNode set) {
    ObjectNode spec = Defaults.object(set, "spec");
    Defaults.text(spec, "podManagementPolicy", "OrderedReady");
    updateStrategy(Defaults.object(spec, "updateStrategy"));
    ObjectNode retention = Defaults.object(spec, "persistentVolumeClaimRetentionPolicy");
    Defaults.text(retention, "whenDeleted", "Retain");
    Defaults.text(retention, "whenScaled", "Retain");
    Defaults.number(spec, "replicas", 1);
    Defaults.number(spec, "revisionHistoryLimit", 10);
    PodDefaults.template(Defaults.object(spec, "template"));
    for (ObjectNode claim : Defaults.items(spec, "volumeClaimTemplates")) {
      Defaults.text(claim, "apiVersion", "v1");
      Defaults.text(claim, "kind", "PersistentVolumeClaim");
      ObjectNode claimSpec = Defaults.object(claim, "spec");
      Defaults.text(claimSpec, "volumeMode", "Filesystem");
      Defaults.text(Defaults.object(claim, STATUS), "phase", "Pending");
    }
  }

  private static void updateStrategy(ObjectNode strategy) {
    if (Json.text(strategy, "type").isEmpty()) {
      strategy.put("type", "RollingUpdate");
      Defaults.object(strategy, "rollingUpdate");
    }
    if (Json.text(strategy, "type").equals("RollingUpdate")) {
      for (ObjectNode rolling : Defaults.present(strategy, "rollingUpdate")) {
        Defaults.number(rolling, "partition", 0);
      }
    }
  }

  @Override
  protected void initialStatus(ObjectNode set, ObjectNode status) {
    status.put("replicas", 0).put("availableReplicas", 0);
  }

  @Override
  protected void judge(Field set, Problems problems) {
    Field spec = set.at("spec");
    policies(spec, problems);
    WorkloadRules.counts(spec, problems, "replicas", "minReadySeconds", "revisionHistoryLimit");
    problems.notNegative(spec.at("ordinals", "start"));
    Field service = spec.at("serviceName");
    if (service.filled()) {
      problems.sentences(service, Names.dnsSubdomain(service.text()));
    }
    WorkloadRules.selector(spec, "statefulset", problems);
    Map<String, Field> volumes = new LinkedHashMap<>();
    for (Field claim : spec.items("volumeClaimTemplates")) {
      volumes.put(claim.at("metadata").text("name"), asVolume(claim));
    }
    WorkloadRules.template(spec, "StatefulSet", volumes, problems);
    for (Field claim : spec.items("volumeClaimTemplates")) {
      ClaimRules.spec(claim.at("spec"), problems);
    }
  }

  private static Field asVolume(Field claim) {
    ObjectNode volume = Json.object();
    volume.putObject("persistentVolumeClaim");
    return new Field(volume, claim.path());
  }

  private static void policies(Field spec, Problems problems) {
    Field management = spec.at("podManagementPolicy");
    if (!management.filled()) {
      problems.required(management, "");
    } else if (!List.of("OrderedReady", "Parallel").contains(management.text())) {
      problems.invalid(management, "must be 'OrderedReady' or 'Parallel'");
    }
    Field strategy = spec.at("updateStrategy");
    Field rolling = strategy.at("rollingUpdate");
    switch (strategy.text("type")) {
      case "" -> problems.required(strategy, "");
      case "OnDelete" -> {
        if (rolling.present()) {
          problems.invalid(rolling, "only allowed for updateStrategy 'RollingUpdate'");
        }
      }
      case "RollingUpdate" -> rolling(rolling, problems);
      default -> problems.invalid(strategy, "must be 'RollingUpdate' or 'OnDelete'");
    }
    Field retention = spec.at("persistentVolumeClaimRetentionPolicy");
    for (String each : List.of("whenDeleted", "whenScaled")) {
      if (!List.of("Delete", "Retain").contains(retention.text(each))) {
        problems.notSupported(retention.at(each), List.of("Delete", "Retain"));
      }
    }
  }

  private static void rolling(Field rolling, Problems problems) {
    problems.notNegative(rolling.at("partition"));
    Field unavailable = rolling.at("maxUnavailable");
    if (unavailable.present()) {
      IntOrPercent.judge(unavailable, problems);
      if (IntOrPercent.number(unavailable) == 0) {
        problems.invalid(unavailable, "cannot be 0");
      }
      IntOrPercent.atMostAll(unavailable, problems);
    }
  }

  @Override
  protected void judgeChange(Field set, Field old, Problems problems) {
    if (!fixed(set).equals(fixed(old))) {
      problems.forbidden(set.at("spec"), FORBIDDEN);
    }
  }

  private static ObjectNode fixed(Field set) {
    ObjectNode spec =
        set.at("spec").value() instanceof ObjectNode object ? object.deepCopy() : Json.object();
    spec.remove(CHANGEABLE);
    return spec;
  }

  @Override
  protected void judgeStatus(Field set, Field old, Problems problems) {
    Field status = set.at(STATUS);
    WorkloadRules.counts(
        status,
        problems,
        "replicas",
        "readyReplicas",
        "currentReplicas",
        "updatedReplicas",
        "availableReplicas",
        "observedGeneration",
        "collisionCount");
    WorkloadRules.within(
        status,
        problems,
        "readyReplicas",
        "currentReplicas",
        "updatedReplicas",
        "availableReplicas");
    WorkloadRules.collisions(status, old.at(STATUS), problems);
  }
}
