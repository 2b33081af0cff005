package dev.slipway.api.katib;

import java.util.List;
import java.util.Map;

/// Names that Katib gives to things.
///
/// Source: `pkg/controller.v1beta1/consts/const.go`, `experiments/v1beta1/constants.go`.
public final class Katib {
  public static final String GROUP = "kubeflow.org";

  /// On everything that belongs to an experiment.
  public static final String EXPERIMENT_LABEL = "katib.kubeflow.org/experiment";

  /// On everything that belongs to a trial.
  public static final String TRIAL_LABEL = "katib.kubeflow.org/trial";

  /// Keeps a Trial until its observations are gone.
  public static final String METRICS_FINALIZER = "clean-metrics-in-db";

  public static final String DEFAULT_POLICY = "Never";
  public static final String LONG_RUNNING = "LongRunning";
  public static final String FROM_VOLUME = "FromVolume";
  public static final String MAX_TRIALS_REACHED = "ExperimentMaxTrialsReached";

  /// Algorithms of this program; `dev.slipway.tuning` has each.
  public static final List<String> ALGORITHMS =
      List.of(
          "random",
          "grid",
          "sobol",
          "tpe",
          "multivariate-tpe",
          "bayesianoptimization",
          "cmaes",
          "hyperband",
          "pbt",
          "enas",
          "darts");

  public static final List<String> EARLY_STOPPING = List.of("medianstop", "asha");

  static final List<String> COLLECTORS =
      List.of("StdOut", "File", "TensorFlowEvent", "PrometheusMetric", "Custom", "Push", "None");

  /// `spec.conditions` of the usual kinds of jobs.
  private static final Map<String, String> SUCCESS_TYPES =
      Map.of(
          "Job", "Complete",
          "TrainJob", "Complete",
          "TFJob", "Succeeded",
          "PyTorchJob", "Succeeded",
          "XGBoostJob", "Succeeded",
          "MPIJob", "Succeeded",
          "PaddleJob", "Succeeded",
          "JAXJob", "Succeeded");

  private Katib() {}

  /// The GJSON path that holds once a job of a kind has succeeded; empty for kinds nothing is known
  /// of.
  static String successCondition(String kind) {
    String type = SUCCESS_TYPES.getOrDefault(kind, "");
    return type.isEmpty() ? "" : condition(type);
  }

  /// As [#successCondition], for failure.
  static String failureCondition(String kind) {
    return SUCCESS_TYPES.containsKey(kind) ? condition("Failed") : "";
  }

  private static String condition(String type) {
    return "status.conditions.#(type==\"" + type + "\")#|#(status==\"True\")#";
  }

  /// The pods of a job that report, where the kind has several; empty where all do.
  static Map<String, String> primaryPodLabels(String kind) {
    return switch (kind) {
      case "TrainJob" ->
          Map.of(
              "jobset.sigs.k8s.io/replicatedjob-name", "node",
              "batch.kubernetes.io/job-completion-index", "0");
      case "TFJob", "PyTorchJob", "XGBoostJob", "MPIJob" ->
          Map.of("training.kubeflow.org/job-role", "master");
      default -> Map.of();
    };
  }
}
