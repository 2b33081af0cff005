package dev.slipway.controllers.jobset;

import dev.slipway.api.jobset.JobSets;
import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The jobs, the Service and the claims that a set should have.
///
/// Source: `constructJob`, `labelAndAnnotateObject` and `createHeadlessSvcIfNecessary` in
/// `pkg/controllers/jobset_controller.go`; `pkg/controllers/volume_claim_policy.go`.
final class JobDesired {
  private final Resource set;
  private final JsonNode spec;
  private final List<ReplicatedJob> entries;
  private final int restarts;

  JobDesired(Resource set, List<ReplicatedJob> entries, int restarts) {
    this.set = set;
    this.spec = set.spec();
    this.entries = entries;
    this.restarts = restarts;
  }

  /// The job of an entry with this index.
  ObjectNode job(ReplicatedJob entry, int index) {
    String name = JobSets.job(set.name(), entry.name(), index);
    ObjectNode job = Json.object();
    ObjectNode metadata = job.putObject("metadata");
    metadata.put("name", name).put("namespace", set.namespace());
    metadata.set("labels", copy(entry.template(), "metadata", "labels"));
    metadata.set("annotations", copy(entry.template(), "metadata", "annotations"));
    job.set("spec", copy(entry.template(), "spec"));
    ObjectNode template = Json.ensureObject(job, "spec", "template");
    Map<String, String> marks = marks(entry, index, name);
    Map<String, String> placement = placement(entry);
    for (ObjectNode each : List.of(job, template)) {
      marks.forEach(Json.ensureObject(each, "metadata", "labels")::put);
      marks.forEach(Json.ensureObject(each, "metadata", "annotations")::put);
      placement.forEach(Json.ensureObject(each, "metadata", "annotations")::put);
    }
    ObjectNode pod = Json.ensureObject(template, "spec");
    if (namesPods()) {
      pod.put("subdomain", JobSets.subdomain(set.name(), spec));
    }
    place(Json.strings(metadata, "annotations"), pod, name);
    Json.ensureObject(job, "spec").put("suspend", spec.path("suspend").asBoolean(false));
    volumes(pod);
    return job;
  }

  private static ObjectNode copy(ObjectNode from, String... path) {
    return Json.at(from, path) instanceof ObjectNode found ? found.deepCopy() : Json.object();
  }

  /// Said as labels and as annotations, of the job and of its pods.
  private Map<String, String> marks(ReplicatedJob entry, int index, String name) {
    var marks = new LinkedHashMap<String, String>();
    marks.put(JobSets.NAME, set.name());
    marks.put(JobSets.UID, set.uid());
    marks.put(JobSets.REPLICATED_JOB, entry.name());
    marks.put(JobSets.RESTART_ATTEMPT, Integer.toString(restarts));
    marks.put(JobSets.REPLICAS, Integer.toString(entry.replicas()));
    marks.put(JobSets.GLOBAL_REPLICAS, Integer.toString(replicas(entries)));
    marks.put(JobSets.JOB_INDEX, Integer.toString(index));
    marks.put(JobSets.JOB_KEY, sha1(set.namespace() + "/" + name));
    marks.put(JobSets.JOB_GLOBAL_INDEX, Integer.toString(before(entries, entry) + index));
    List<ReplicatedJob> group =
        entries.stream().filter(each -> each.group().equals(entry.group())).toList();
    marks.put(JobSets.GROUP_NAME, entry.group());
    marks.put(JobSets.GROUP_REPLICAS, Integer.toString(replicas(group)));
    marks.put(JobSets.JOB_GROUP_INDEX, Integer.toString(before(group, entry) + index));
    JobSets.coordinator(set.name(), spec).ifPresent(each -> marks.put(JobSets.COORDINATOR, each));
    return marks;
  }

  private static int replicas(List<ReplicatedJob> some) {
    return some.stream().mapToInt(ReplicatedJob::replicas).sum();
  }

  /// How many jobs come before the first of an entry.
  private static int before(List<ReplicatedJob> some, ReplicatedJob entry) {
    return some.stream()
        .takeWhile(each -> !each.name().equals(entry.name()))
        .mapToInt(ReplicatedJob::replicas)
        .sum();
  }

  /// The annotations that ask for exclusive placement: the set's, and over them the template's.
  private Map<String, String> placement(ReplicatedJob entry) {
    var marks = new LinkedHashMap<String, String>();
    for (Map<String, String> from :
        List.of(set.annotations(), Json.strings(entry.template(), "metadata", "annotations"))) {
      if (from.containsKey(JobSets.EXCLUSIVE)) {
        for (String key : List.of(JobSets.EXCLUSIVE, JobSets.NODE_SELECTOR)) {
          String value = from.get(key);
          if (value != null) {
            marks.put(key, value);
          }
        }
      }
    }
    return marks;
  }

  /// Where nodes were labelled for jobs beforehand, the pods go to those of their job.
  private void place(Map<String, String> annotations, ObjectNode pod, String job) {
    if (annotations.containsKey(JobSets.EXCLUSIVE)
        && annotations.containsKey(JobSets.NODE_SELECTOR)) {
      Json.ensureObject(pod, "nodeSelector")
          .put(JobSets.NAMESPACED_JOB, set.namespace() + "_" + job);
      pod.withArray("tolerations")
          .addObject()
          .put("key", JobSets.NO_SCHEDULE)
          .put("operator", "Exists")
          .put("effect", "NoSchedule");
    }
  }

  private void volumes(ObjectNode pod) {
    for (JsonNode policy : spec.path("volumeClaimPolicies")) {
      for (JsonNode template : policy.path("templates")) {
        String volume = Json.text(template, "metadata", "name");
        if (JobSets.mounts(pod, volume)) {
          pod.withArray("volumes")
              .addObject()
              .put("name", volume)
              .putObject("persistentVolumeClaim")
              .put("claimName", JobSets.claim(set.name(), volume));
        }
      }
    }
  }

  /// Whether pods have names under a headless Service.
  boolean namesPods() {
    return spec.path("network").path("enableDNSHostnames").asBoolean(false);
  }

  ObjectNode service() {
    ObjectNode service = Json.object();
    service
        .putObject("metadata")
        .put("name", JobSets.subdomain(set.name(), spec))
        .put("namespace", set.namespace());
    ObjectNode wanted = service.putObject("spec").put("clusterIP", "None");
    wanted.putObject("selector").put(JobSets.NAME, set.name());
    wanted.put(
        "publishNotReadyAddresses",
        spec.path("network").path("publishNotReadyAddresses").asBoolean(true));
    return service;
  }

  /// A claim the jobs share, from its template.
  ObjectNode claim(JsonNode template) {
    ObjectNode claim = Json.object();
    ObjectNode metadata = claim.putObject("metadata");
    metadata.put("name", JobSets.claim(set.name(), Json.text(template, "metadata", "name")));
    metadata.put("namespace", set.namespace());
    ObjectNode labels = metadata.putObject("labels");
    Json.strings(template, "metadata", "labels").forEach(labels::put);
    labels.put(JobSets.NAME, set.name());
    var annotations = Json.strings(template, "metadata", "annotations");
    if (!annotations.isEmpty()) {
      annotations.forEach(metadata.putObject("annotations")::put);
    }
    claim.set("spec", template.path("spec").deepCopy());
    return claim;
  }

  private static String sha1(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
