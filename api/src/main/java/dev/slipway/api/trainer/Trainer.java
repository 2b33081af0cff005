package dev.slipway.api.trainer;

import dev.slipway.base.Json;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/// The words of Kubeflow Trainer's API that rules and controllers share.
///
/// Source: `pkg/constants/constants.go` of kubeflow/trainer.
public final class Trainer {
  public static final String GROUP = "trainer.kubeflow.org";
  public static final String CONTROLLER = "trainer.kubeflow.org/trainjob-controller";
  public static final String RUNTIME = "TrainingRuntime";
  public static final String CLUSTER_RUNTIME = "ClusterTrainingRuntime";

  /// On a runtime: for SDKs, which framework it is for.
  public static final String FRAMEWORK = "trainer.kubeflow.org/framework";

  /// On a runtime: `deprecated`.
  public static final String SUPPORT = "trainer.kubeflow.org/support";

  /// On the template of a runtime's job: which part of a TrainJob it carries out.
  public static final String ANCESTOR = "trainer.kubeflow.org/trainjob-ancestor-step";

  public static final String TRAINER = "trainer";
  public static final String DATASET = "dataset-initializer";
  public static final String MODEL = "model-initializer";
  public static final String NODE = "node";
  public static final String LAUNCHER = "launcher";

  /// The volume that initializers fill.
  public static final String INITIALIZER_VOLUME = "initializer";

  /// Once kept runtimes in use from being deleted; it is taken off where it is found.
  public static final String IN_USE = "trainer.kubeflow.org/resource-in-use";

  /// What torchrun takes from its environment, and nobody else may set.
  public static final List<String> TORCH_ENV =
      List.of(
          "PET_MASTER_ADDR",
          "PET_MASTER_PORT",
          "PET_NNODES",
          "PET_NODE_RANK",
          "PET_NPROC_PER_NODE");

  public static final List<String> XGBOOST_ENV =
      List.of("DMLC_NUM_WORKER", "DMLC_TASK_ID", "DMLC_TRACKER_PORT", "DMLC_TRACKER_URI");

  public static final List<String> MPI_ENV =
      List.of(
          "OMPI_MCA_orte_default_hostfile",
          "OMPI_MCA_orte_keep_fqdn_hostnames",
          "OMPI_MCA_orte_set_default_slots",
          "OMPI_MCA_plm_rsh_args");

  private Trainer() {}

  /// The part of a TrainJob that an entry of a runtime's jobs carries out; empty for none.
  public static String ancestor(JsonNode replicatedJob) {
    return Json.text(replicatedJob, "template", "metadata", "labels", ANCESTOR);
  }

  /// The pod specification of an entry.
  public static JsonNode pod(JsonNode replicatedJob) {
    return Json.at(replicatedJob, "template", "spec", "template", "spec");
  }

  /// Names of all containers of an entry's pods.
  public static Set<String> containers(JsonNode replicatedJob) {
    var names = new LinkedHashSet<String>();
    pod(replicatedJob).path("initContainers").forEach(each -> names.add(Json.text(each, "name")));
    pod(replicatedJob).path("containers").forEach(each -> names.add(Json.text(each, "name")));
    return names;
  }

  /// The texts of a list.
  public static List<String> texts(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(each -> each.asString("")).toList();
  }
}
