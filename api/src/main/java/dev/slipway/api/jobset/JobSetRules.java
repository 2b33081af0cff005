package dev.slipway.api.jobset;

import dev.slipway.api.KindRules;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A JobSet before it is stored: its defaults, and what may be asked for and changed.
///
/// Source: `pkg/webhooks/jobset_webhook.go`. What may not be changed as a whole is said in the
/// definition of the kind.
public final class JobSetRules implements KindRules {
  private static final FieldPath SPEC = FieldPath.of("spec");

  /// What a queueing system may still decide for the pods of a set that waits.
  private static final List<String> SCHEDULING =
      List.of("nodeSelector", "tolerations", "schedulingGates");

  @Override
  public String group() {
    return JobSets.GROUP;
  }

  @Override
  public String kind() {
    return "JobSet";
  }

  @Override
  public void complete(Admitting admitting, ObjectNode object) {
    ObjectNode spec = Json.ensureObject(object, "spec");
    if (!spec.path("successPolicy").isObject()) {
      spec.putObject("successPolicy").put("operator", "All");
    }
    if (!spec.path("startupPolicy").isObject()) {
      spec.putObject("startupPolicy").put("startupPolicyOrder", "AnyOrder");
    }
    for (JsonNode each : spec.path("replicatedJobs")) {
      if (each instanceof ObjectNode job) {
        completeJob(job);
      }
    }
    ObjectNode network = Json.ensureObject(spec, "network");
    putIfAbsent(network, "enableDNSHostnames");
    putIfAbsent(network, "publishNotReadyAddresses");
    int position = 0;
    for (JsonNode each : spec.path("failurePolicy").path("rules")) {
      if (each instanceof ObjectNode rule && Json.text(rule, "name").isEmpty()) {
        rule.put("name", "failurePolicyRule" + position);
      }
      position++;
    }
    for (JsonNode each : spec.path("volumeClaimPolicies")) {
      if (each instanceof ObjectNode policy && !policy.path("retentionPolicy").isObject()) {
        policy.putObject("retentionPolicy").put("whenDeleted", "Delete");
      }
    }
  }

  private static void completeJob(ObjectNode replicatedJob) {
    ObjectNode job = Json.ensureObject(replicatedJob, "template", "spec");
    if (Json.text(job, "completionMode").isEmpty()) {
      job.put("completionMode", "Indexed");
    }
    ObjectNode pod = Json.ensureObject(job, "template", "spec");
    if (Json.text(pod, "restartPolicy").isEmpty()) {
      pod.put("restartPolicy", "OnFailure");
    }
  }

  private static void putIfAbsent(ObjectNode network, String flag) {
    if (!network.path(flag).isBoolean()) {
      network.put(flag, true);
    }
  }

  @Override
  public List<Problem> judge(Admitting admitting, ObjectNode object) {
    return admitting
        .before()
        .map(before -> judgeChange(before, object))
        .orElseGet(() -> new NewJobSet(admitting, object).problems());
  }

  private static List<Problem> judgeChange(ObjectNode before, ObjectNode now) {
    var problems = new ArrayList<Problem>();
    boolean waits = suspended(before) || suspended(now);
    JsonNode old = before.path("spec").path("replicatedJobs");
    JsonNode jobs = now.path("spec").path("replicatedJobs");
    JsonNode compared = waits ? withSchedulingOf(old, jobs) : jobs;
    if (!compared.equals(old)) {
      problems.add(
          Problem.invalid(SPEC.field("replicatedJobs"), jobs.toString(), "field is immutable"));
    }
    JsonNode managedBy = now.path("spec").path("managedBy");
    if (!managedBy.equals(before.path("spec").path("managedBy"))) {
      problems.add(
          Problem.invalid(SPEC.field("managedBy"), managedBy.asString(""), "field is immutable"));
    }
    return problems;
  }

  private static boolean suspended(ObjectNode set) {
    return set.path("spec").path("suspend").asBoolean(false);
  }

  /// The new jobs with what may change while they wait as it was before.
  private static JsonNode withSchedulingOf(JsonNode old, JsonNode jobs) {
    JsonNode copy = jobs.deepCopy();
    for (JsonNode each : copy) {
      var before = JobSets.named(old, Json.text(each, "name"));
      if (before.isPresent() && each instanceof ObjectNode job) {
        ObjectNode from =
            Json.ensureObject(before.get().deepCopy(), "template", "spec", "template");
        ObjectNode to = Json.ensureObject(job, "template", "spec", "template");
        restore(from, to, "metadata", List.of("labels", "annotations"));
        restore(from, to, "spec", SCHEDULING);
      }
    }
    return copy;
  }

  private static void restore(ObjectNode from, ObjectNode to, String part, List<String> fields) {
    JsonNode source = from.path(part);
    if (source.isMissingNode() && to.path(part).isMissingNode()) {
      return;
    }
    ObjectNode target = Json.ensureObject(to, part);
    for (String field : fields) {
      if (source.has(field)) {
        target.set(field, source.get(field));
      } else {
        target.remove(field);
      }
    }
    if (target.isEmpty() && source.isMissingNode()) {
      to.remove(part);
    }
  }
}
