package dev.slipway.api.training;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// One kind of training job, and what the kinds differ in.
///
/// Source: `pkg/apis/kubeflow.org/v1/*_types.go` of kubeflow/training-operator, release 1.9.
@SuppressWarnings("ImmutableEnumChecker") // its records hold copies
public enum TrainingKind {
  TF_JOB(
      "TFJob",
      new Replicas("tfReplicaSpecs", List.of("Chief", "Master", "PS", "Worker", "Evaluator")),
      new Container("tensorflow", "tfjob-port", 2222),
      "Never",
      "tensorflow"),
  PYTORCH_JOB(
      "PyTorchJob",
      new Replicas("pytorchReplicaSpecs", List.of("Master", "Worker")),
      new Container("pytorch", "pytorchjob-port", 23456),
      "OnFailure",
      "pytorch"),
  MPI_JOB(
      "MPIJob",
      new Replicas("mpiReplicaSpecs", List.of("Launcher", "Worker")),
      new Container("mpi", "mpi-port", 9999),
      "Never",
      "mpi"),
  XGBOOST_JOB(
      "XGBoostJob",
      new Replicas("xgbReplicaSpecs", List.of("Master", "Worker")),
      new Container("xgboost", "xgboostjob-port", 9999),
      "Never",
      "xgboost"),
  PADDLE_JOB(
      "PaddleJob",
      new Replicas("paddleReplicaSpecs", List.of("Master", "Worker")),
      new Container("paddle", "master", 36543),
      "OnFailure",
      "paddle"),
  JAX_JOB(
      "JAXJob",
      new Replicas("jaxReplicaSpecs", List.of("Worker")),
      new Container("jax", "jaxjob-port", 6666),
      "OnFailure",
      "jax");

  public static final String GROUP = "kubeflow.org";

  private final String kind;
  private final Replicas replicas;
  private final Container container;
  private final String restartPolicy;
  private final String framework;

  /// Where replicas are written, and of which types they may be, in the order they are made.
  ///
  /// @param field of `spec`
  public record Replicas(String field, List<String> types) {
    public Replicas {
      types = List.copyOf(types);
    }
  }

  /// The container that trains, and the port by which its peers reach it.
  public record Container(String name, String portName, int port) {}

  TrainingKind(
      String kind, Replicas replicas, Container container, String restartPolicy, String framework) {
    this.kind = kind;
    this.replicas = replicas;
    this.container = container;
    this.restartPolicy = restartPolicy;
    this.framework = framework;
  }

  /// `TFJob`.
  public String kind() {
    return kind;
  }

  /// `tfjobs`.
  public String plural() {
    return kind.toLowerCase(Locale.ROOT) + "s";
  }

  public Replicas replicas() {
    return replicas;
  }

  public Container container() {
    return container;
  }

  /// Of replicas that name none.
  public String restartPolicy() {
    return restartPolicy;
  }

  /// As metrics name it: `tensorflow`.
  public String framework() {
    return framework;
  }

  /// `tfjob-controller`, as the label `training.kubeflow.org/operator-name` says.
  public String controller() {
    return kind.toLowerCase(Locale.ROOT) + "-controller";
  }

  /// A type of replica, whatever its case.
  public Optional<String> type(String written) {
    return replicas.types().stream().filter(each -> each.equalsIgnoreCase(written)).findFirst();
  }
}
