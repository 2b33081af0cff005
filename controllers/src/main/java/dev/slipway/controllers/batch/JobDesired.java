package dev.slipway.controllers.batch;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import dev.slipway.controllers.apps.Pods;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The pods of a Job. Same inputs, same answer.
final class JobDesired {
  private static final String VARIABLE = "JOB_COMPLETION_INDEX";

  /// What the API adds to `generateName` must fit into a label.
  private static final int LONGEST_PREFIX = 58;

  private JobDesired() {}

  static ObjectNode pod(Resource job) {
    var template = job.spec().path("template") instanceof ObjectNode found ? found : Json.object();
    var pod = Pods.of(template, job.namespace());
    var metadata = Json.ensureObject(pod, "metadata");
    metadata.put("generateName", prefix(job.name(), "-"));
    var finalizers = metadata.withArray("finalizers");
    if (finalizers.valueStream().noneMatch(each -> each.asString("").equals(JobPods.TRACKING))) {
      finalizers.add(JobPods.TRACKING);
    }
    return pod;
  }

  /// @param before the failed pod that it takes the place of, where failures count by index
  static ObjectNode pod(Resource job, JobSpec spec, int index, Optional<Resource> before) {
    var pod = pod(job);
    var metadata = Json.ensureObject(pod, "metadata");
    metadata.put("generateName", prefix(job.name(), "-" + index + "-"));
    Json.ensureObject(metadata, "labels").put(JobPods.INDEX, Integer.toString(index));
    var annotations = Json.ensureObject(metadata, "annotations");
    annotations.put(JobPods.INDEX, Integer.toString(index));
    if (spec.backoffLimitPerIndex().isPresent()) {
      failures(annotations, spec, before);
    }
    var podSpec = Json.ensureObject(pod, "spec");
    podSpec.put("hostname", job.name() + "-" + index);
    for (var list : new String[] {"initContainers", "containers"}) {
      for (var container : podSpec.path(list)) {
        variable(container);
      }
    }
    return pod;
  }

  private static void failures(ObjectNode annotations, JobSpec spec, Optional<Resource> before) {
    int failures = before.map(JobPods::indexFailures).orElse(0);
    int ignored = before.map(JobPods::indexIgnored).orElse(0);
    if (before.isPresent()) {
      boolean counts =
          spec.failurePolicy().map(each -> each.match(before.get()).counts()).orElse(true);
      failures += counts ? 1 : 0;
      ignored += counts ? 0 : 1;
    }
    annotations.put(JobPods.INDEX_FAILURES, Integer.toString(failures));
    if (ignored > 0) {
      annotations.put(JobPods.INDEX_IGNORED, Integer.toString(ignored));
    }
  }

  private static String prefix(String job, String end) {
    int most = LONGEST_PREFIX - end.length();
    return (job.length() > most ? job.substring(0, most) : job) + end;
  }

  private static void variable(JsonNode container) {
    if (!(container instanceof ObjectNode object)) {
      return;
    }
    for (var each : object.path("env")) {
      if (Json.text(each, "name").equals(VARIABLE)) {
        return;
      }
    }
    object
        .withArray("env")
        .addObject()
        .put("name", VARIABLE)
        .putObject("valueFrom")
        .putObject("fieldRef")
        .put("apiVersion", "v1")
        .put("fieldPath", "metadata.labels['" + JobPods.INDEX + "']");
  }
}
