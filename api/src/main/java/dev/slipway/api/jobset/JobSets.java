package dev.slipway.api.jobset;

import dev.slipway.base.Json;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The words of JobSet's API that rules and controllers share, and the names it makes.
///
/// Source: `api/jobset/v1alpha2/jobset_types.go`, `pkg/constants/constants.go` and
/// `pkg/util/placement` of kubernetes-sigs/jobset.
public final class JobSets {
  public static final String GROUP = "jobset.x-k8s.io";
  public static final String CONTROLLER = "jobset.sigs.k8s.io/jobset-controller";

  public static final String NAME = "jobset.sigs.k8s.io/jobset-name";
  public static final String UID = "jobset.sigs.k8s.io/jobset-uid";
  public static final String REPLICATED_JOB = "jobset.sigs.k8s.io/replicatedjob-name";
  public static final String REPLICAS = "jobset.sigs.k8s.io/replicatedjob-replicas";
  public static final String GLOBAL_REPLICAS = "jobset.sigs.k8s.io/global-replicas";
  public static final String JOB_INDEX = "jobset.sigs.k8s.io/job-index";
  public static final String JOB_GLOBAL_INDEX = "jobset.sigs.k8s.io/job-global-index";
  public static final String JOB_KEY = "jobset.sigs.k8s.io/job-key";
  public static final String RESTART_ATTEMPT = "jobset.sigs.k8s.io/restart-attempt";
  public static final String GROUP_NAME = "jobset.sigs.k8s.io/group-name";
  public static final String GROUP_REPLICAS = "jobset.sigs.k8s.io/group-replicas";
  public static final String JOB_GROUP_INDEX = "jobset.sigs.k8s.io/job-group-index";
  public static final String COORDINATOR = "jobset.sigs.k8s.io/coordinator";

  /// Keeps the pods of other jobs out of a topology domain; on the set or on a job's template.
  public static final String EXCLUSIVE = "alpha.jobset.sigs.k8s.io/exclusive-topology";

  public static final String NODE_SELECTOR = "alpha.jobset.sigs.k8s.io/node-selector";
  public static final String NAMESPACED_JOB = "alpha.jobset.sigs.k8s.io/namespaced-job";
  public static final String NO_SCHEDULE = "alpha.jobset.sigs.k8s.io/no-schedule";

  private JobSets() {}

  /// The name of a job: `train-node-0`.
  public static String job(String set, String replicatedJob, int index) {
    return set + "-" + replicatedJob + "-" + index;
  }

  /// The name of a claim that the jobs of a set share.
  public static String claim(String set, String template) {
    return template + "-" + set;
  }

  /// The name of the headless Service, under which the pods have names.
  public static String subdomain(String set, JsonNode spec) {
    String given = Json.text(spec, "network", "subdomain");
    return given.isEmpty() ? set : given;
  }

  /// Where the coordinator's pod is reached: `train-node-0-0.train`; empty where there is none.
  public static Optional<String> coordinator(String set, JsonNode spec) {
    return spec.path("coordinator") instanceof ObjectNode it
        ? Optional.of(
            job(set, Json.text(it, "replicatedJob"), it.path("jobIndex").asInt(0))
                + "-"
                + it.path("podIndex").asInt(0)
                + "."
                + subdomain(set, spec))
        : Optional.empty();
  }

  /// Whether a pod template mounts a volume of this name anywhere.
  public static boolean mounts(JsonNode podSpec, String volume) {
    for (String list : new String[] {"containers", "initContainers"}) {
      for (JsonNode container : podSpec.path(list)) {
        for (JsonNode mount : container.path("volumeMounts")) {
          if (Json.text(mount, "name").equals(volume)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  /// The entry of a list whose `name` this is.
  public static Optional<ObjectNode> named(JsonNode list, String name) {
    for (JsonNode each : list) {
      if (each instanceof ObjectNode object && Json.text(object, "name").equals(name)) {
        return Optional.of(object);
      }
    }
    return Optional.empty();
  }
}
