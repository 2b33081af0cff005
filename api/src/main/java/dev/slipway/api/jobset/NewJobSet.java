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

/// Judges a JobSet that is about to be created.
///
/// Source: `ValidateCreate` in `pkg/webhooks/jobset_webhook.go`; the sentences about single fields
/// are its own, told here at the field they are about.
final class NewJobSet {
  private static final FieldPath SPEC = FieldPath.of("spec");
  private static final FieldPath JOBS = SPEC.field("replicatedJobs");
  private static final int MAX_MANAGED_BY = 63;

  /// What a generated name adds, so that a `generateName` can be judged.
  private static final String GENERATED = "xxxxx";

  private final Admitting admitting;
  private final ObjectNode object;
  private final JsonNode spec;
  private final String name;
  private final Set<String> jobNames = new HashSet<>();
  private final List<Problem> problems = new ArrayList<>();

  NewJobSet(Admitting admitting, ObjectNode object) {
    this.admitting = admitting;
    this.object = object;
    this.spec = object.path("spec");
    String given = Json.text(object, "metadata", "name");
    String prefix = Json.text(object, "metadata", "generateName");
    this.name = given.isEmpty() && !prefix.isEmpty() ? prefix + GENERATED : given;
  }

  List<Problem> problems() {
    if (Json.text(spec, "failurePolicy", "restartStrategy").equals("InPlaceRestart")) {
      problems.add(
          Problem.forbidden(
              SPEC.field("failurePolicy", "restartStrategy"),
              "InPlaceRestart restart strategy cannot be set when InPlaceRestart feature gate is"
                  + " disabled"));
    }
    if (spec.path("replicatedJobs").path(0).has("dependsOn")) {
      problems.add(
          Problem.forbidden(
              JOBS.index(0).field("dependsOn"),
              "DependsOn can't be set for the first ReplicatedJob"));
    }
    subdomain();
    managedBy();
    int position = 0;
    for (JsonNode each : spec.path("replicatedJobs")) {
      job(each, JOBS.index(position++));
    }
    successPolicy();
    if (spec.path("failurePolicy").isObject()) {
      problems.addAll(FailureRules.judge(spec.path("failurePolicy"), jobNames));
    }
    if (spec.path("coordinator").isObject()) {
      coordinator();
    }
    problems.addAll(new ClaimRules(admitting, object, name).problems());
    return problems;
  }

  private void subdomain() {
    String subdomain = Json.text(spec, "network", "subdomain");
    if (subdomain.isEmpty()) {
      return;
    }
    FieldPath at = SPEC.field("network", "subdomain");
    Names.subdomain(subdomain).forEach(each -> problems.add(Problem.invalid(at, subdomain, each)));
    label(at, subdomain, ".spec.network.subdomain is too long, must be less than 63 characters");
  }

  /// Notes what keeps a name from being a label, with its own words for one that is too long.
  private void label(FieldPath at, String text, String tooLong) {
    for (String each : Names.label(text)) {
      String said = each.equals(Names.TOO_LONG) ? tooLong : each;
      problems.add(Problem.invalid(at, text, said));
    }
  }

  private void managedBy() {
    if (!spec.path("managedBy").isString()) {
      return;
    }
    FieldPath at = SPEC.field("managedBy");
    String manager = Json.text(spec, "managedBy");
    problems.addAll(Names.domainPath(at, manager));
    if (manager.length() > MAX_MANAGED_BY) {
      problems.add(Problem.tooLong(at, MAX_MANAGED_BY));
    }
  }

  private void job(JsonNode job, FieldPath at) {
    String jobName = Json.text(job, "name");
    jobNames.add(jobName);
    int replicas = job.path("replicas").asInt(1);
    JsonNode template = job.path("template").path("spec");
    long parallelism = template.path("parallelism").asInt(1);
    if (parallelism * replicas > Integer.MAX_VALUE) {
      problems.add(
          Problem.invalid(
              at.field("replicas"),
              replicas,
              "the product of replicas and parallelism must not exceed "
                  + Integer.MAX_VALUE
                  + " for replicatedJob '"
                  + jobName
                  + "'"));
    }
    if (job.has("groupName")) {
      label(
          at.field("groupName"),
          Json.text(job, "groupName"),
          ".spec.replicatedJob[].groupName is too long, must be less than 63 characters");
    }
    names(at.field("name"), JobSets.job(name, jobName, replicas - 1), template);
    for (JsonNode each : job.path("dependsOn")) {
      String needed = Json.text(each, "name");
      if (!jobNames.contains(needed)) {
        problems.add(
            Problem.invalid(
                at.field("dependsOn"),
                needed,
                "replicatedJob: " + jobName + " cannot depend on replicatedJob: " + needed));
      }
    }
  }

  /// The longest names of a job and of its pods must be labels.
  private void names(FieldPath at, String longest, JsonNode template) {
    label(
        at,
        longest,
        "JobSet name is too long, job names generated for this JobSet will exceed 63 characters");
    boolean indexed = Json.text(template, "completionMode").equals("Indexed");
    if (indexed && template.path("completions").isNumber()) {
      String pod = longest + "-" + (template.path("completions").asInt() - 1) + "-abcde";
      for (String each : Names.label(pod)) {
        String said =
            each.equals(Names.TOO_LONG)
                ? "JobSet name is too long, pod names generated for this JobSet will exceed 63"
                    + " characters"
                : each;
        problems.add(Problem.invalid(at, longest, said));
      }
    }
  }

  private void successPolicy() {
    for (JsonNode each : spec.path("successPolicy").path("targetReplicatedJobs")) {
      if (!jobNames.contains(each.asString(""))) {
        problems.add(
            Problem.invalid(
                SPEC.field("successPolicy", "targetReplicatedJobs"),
                each.asString(""),
                "invalid replicatedJob name '"
                    + each.asString("")
                    + "' does not appear in .spec.ReplicatedJobs"));
      }
    }
  }

  private void coordinator() {
    FieldPath at = SPEC.field("coordinator");
    JsonNode it = spec.path("coordinator");
    String jobName = Json.text(it, "replicatedJob");
    var job = JobSets.named(spec.path("replicatedJobs"), jobName);
    if (job.isEmpty()) {
      problems.add(
          Problem.invalid(
              at.field("replicatedJob"),
              jobName,
              "coordinator replicatedJob " + jobName + " does not exist"));
      return;
    }
    int index = it.path("jobIndex").asInt(0);
    if (index < 0 || index >= job.get().path("replicas").asInt(1)) {
      problems.add(
          Problem.invalid(
              at.field("jobIndex"),
              index,
              "coordinator job index " + index + " is invalid for replicatedJob " + jobName));
      return;
    }
    pod(at, it.path("podIndex").asInt(0), job.get(), index);
    String address = JobSets.coordinator(name, spec).orElse("");
    if (!Names.isLabelValue(address)) {
      problems.add(
          Problem.invalid(
              at,
              address,
              "spec will lead to invalid label value \""
                  + address
                  + "\" for coordinator label \""
                  + JobSets.COORDINATOR
                  + "\" (long JobSet / ReplicatedJob / SubDomain name?): "
                  + Names.TOO_LONG));
    }
  }

  private void pod(FieldPath at, int index, ObjectNode job, int jobIndex) {
    JsonNode template = job.path("template").path("spec");
    boolean indexed = Json.text(template, "completionMode").equals("Indexed");
    if (!indexed || !template.path("completions").isNumber()) {
      problems.add(
          Problem.invalid(
              at.field("replicatedJob"),
              Json.text(job, "name"),
              "job for coordinator pod must be indexed completion mode, and completions number must"
                  + " be set"));
    } else if (index < 0 || index >= template.path("completions").asInt()) {
      problems.add(
          Problem.invalid(
              at.field("podIndex"),
              index,
              "coordinator pod index "
                  + index
                  + " is invalid for replicatedJob "
                  + Json.text(job, "name")
                  + " job index "
                  + jobIndex));
    }
  }
}
