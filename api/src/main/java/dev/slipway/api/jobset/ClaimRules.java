package dev.slipway.api.jobset;

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

/// Judges the claims that the jobs of a new set share.
///
/// Source: `validateVolumeClaimPolicies` in `pkg/webhooks/jobset_webhook.go`.
final class ClaimRules {
  private static final FieldPath SPEC = FieldPath.of("spec");
  private static final int MAX_CLAIM = 63;

  private final Admitting admitting;
  private final ObjectNode object;
  private final String set;
  private final List<Problem> problems = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  ClaimRules(Admitting admitting, ObjectNode object, String set) {
    this.admitting = admitting;
    this.object = object;
    this.set = set;
  }

  List<Problem> problems() {
    int position = 0;
    for (JsonNode policy : object.path("spec").path("volumeClaimPolicies")) {
      FieldPath at = SPEC.field("volumeClaimPolicies").index(position++);
      int place = 0;
      for (JsonNode template : policy.path("templates")) {
        template(policy, template, at, at.field("template").index(place++));
      }
    }
    return problems;
  }

  private void template(JsonNode policy, JsonNode template, FieldPath at, FieldPath here) {
    String name = Json.text(template, "metadata", "name");
    if (!Json.text(template, "metadata", "namespace").isEmpty()) {
      problems.add(
          Problem.invalid(at, name, "namespace cannot be set for VolumeClaimPolicies templates"));
    }
    if (!names.add(name)) {
      problems.add(
          Problem.invalid(
              here.field("name"), name, "names must be unique for VolumeClaimPolicies template"));
    }
    Names.subdomain(name)
        .forEach(each -> problems.add(Problem.invalid(here.field("name"), name, each)));
    if (JobSets.claim(set, name).length() > MAX_CLAIM) {
      problems.add(
          Problem.invalid(
              here.field("name"), name, "VolumeClaimPolicies template name is too long"));
    }
    mounted(name);
    existing(policy, template, at, here);
  }

  private void mounted(String volume) {
    boolean mounted = false;
    int position = 0;
    for (JsonNode job : object.path("spec").path("replicatedJobs")) {
      JsonNode pod = Json.at(job, "template", "spec", "template", "spec");
      mounted |= JobSets.mounts(pod, volume);
      if (JobSets.named(pod.path("volumes"), volume).isPresent()) {
        problems.add(
            Problem.invalid(
                SPEC.field("replicatedJobs")
                    .index(position)
                    .field("template", "spec", "template", "spec", "volumes"),
                volume,
                "volume name conflicts with VolumeClaimPolicy template name: " + volume));
      }
      position++;
    }
    if (!mounted) {
      problems.add(
          Problem.invalid(
              SPEC.field("replicatedJobs"),
              volume,
              "replicatedJob containers don't have a matching volumeMount: "
                  + volume
                  + " from VolumeClaimPolicies"));
    }
  }

  /// A claim that is there already must be the one that is asked for, and must be kept.
  private void existing(JsonNode policy, JsonNode template, FieldPath at, FieldPath here) {
    String claim = JobSets.claim(set, Json.text(template, "metadata", "name"));
    String namespace = Json.text(object, "metadata", "namespace");
    var found = admitting.find("", "persistentvolumeclaims", namespace, claim);
    if (found.isEmpty()) {
      return;
    }
    if (!holds(found.get().path("spec"), template.path("spec"))) {
      problems.add(
          Problem.invalid(
              here.field("spec"),
              template.path("spec").toString(),
              "spec does not match existing PVC " + claim + " in namespace " + namespace));
    }
    String kept = Json.text(policy, "retentionPolicy", "whenDeleted");
    if (!kept.equals("Retain")) {
      problems.add(
          Problem.invalid(
              at.field("retentionPolicy", "whenDeleted"),
              kept,
              "retentionPolicy must be retain when PVC exists"));
    }
  }

  /// Whether everything asked for is so; what the cluster added to the claim does not matter.
  private static boolean holds(JsonNode whole, JsonNode part) {
    if (!part.isObject()) {
      return whole.equals(part);
    }
    return part.properties().stream()
        .allMatch(field -> holds(whole.path(field.getKey()), field.getValue()));
  }
}
