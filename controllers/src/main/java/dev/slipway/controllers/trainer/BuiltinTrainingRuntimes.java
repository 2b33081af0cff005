package dev.slipway.controllers.trainer;

import dev.slipway.api.trainer.Trainer;
import dev.slipway.base.Json;
import dev.slipway.control.Plan.Kept;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The ClusterTrainingRuntimes that are there from the start, under the names, with the labels,
/// policies and images of `manifests/base/runtimes` of kubeflow/trainer 2.3.
public final class BuiltinTrainingRuntimes {
  private static final String IMAGES = "ghcr.io/kubeflow/trainer/";
  private static final String WORKSPACE = "/workspace";

  private BuiltinTrainingRuntimes() {}

  /// Everything to be applied when the platform starts, owned by nobody.
  public static List<Kept> all() {
    return runtimes().stream()
        .map(each -> new Kept(TrainerKinds.CLUSTER_TRAINING_RUNTIME, each, false))
        .toList();
  }

  static List<ObjectNode> runtimes() {
    return Stream.concat(
            Stream.of(
                simple("torch", "pytorch/pytorch:2.13.0-cuda13.0-cudnn9-runtime"),
                simple("jax", "nvcr.io/nvidia/jax:25.10-py3"),
                simple("xgboost", IMAGES + "xgboost-runtime"),
                mpi("deepspeed"),
                mpi("mlx")),
            Stream.of(
                tune(
                    "llama3.2-1b",
                    "llama3_2/1B_full",
                    "meta-llama/Llama-3.2-1B-Instruct",
                    Map.of("tokenizer.path", "original/tokenizer.model")),
                tune(
                    "llama3.2-3b",
                    "llama3_2/3B_full",
                    "meta-llama/Llama-3.2-3B-Instruct",
                    Map.of("tokenizer.path", "original/tokenizer.model")),
                tune(
                    "qwen2.5-1.5b",
                    "qwen2_5/1.5B_full",
                    "Qwen/Qwen2.5-1.5B-Instruct",
                    Map.of("tokenizer.path", "vocab.json", "tokenizer.merges_file", "merges.txt"))))
        .toList();
  }

  private static ObjectNode runtime(String name, String framework, String policy) {
    ObjectNode runtime = Json.object();
    ObjectNode metadata = runtime.putObject("metadata").put("name", name);
    metadata.putObject("labels").put(Trainer.FRAMEWORK, framework);
    ObjectNode wanted = runtime.putObject("spec").putObject("mlPolicy").put("numNodes", 1);
    wanted.putObject(policy);
    return runtime;
  }

  private static ArrayNode jobs(ObjectNode runtime) {
    return Json.ensureObject(runtime, "spec", "template", "spec").withArray("replicatedJobs");
  }

  /// An entry with one container of the same name, or `node`.
  private static ObjectNode entry(ObjectNode runtime, String name, String ancestor, String image) {
    ObjectNode entry = jobs(runtime).addObject().put("name", name);
    if (!ancestor.isEmpty()) {
      Json.ensureObject(entry, "template", "metadata", "labels").put(Trainer.ANCESTOR, ancestor);
    }
    Blueprint.pod(entry)
        .putArray("containers")
        .addObject()
        .put("name", name.equals(Trainer.LAUNCHER) ? Trainer.NODE : name)
        .put("image", image);
    return entry;
  }

  private static ObjectNode container(ObjectNode entry) {
    return (ObjectNode) Blueprint.pod(entry).path("containers").path(0);
  }

  private static void dependsOn(ObjectNode entry, String name, String status) {
    entry.withArray("dependsOn").addObject().put("name", name).put("status", status);
  }

  private static ObjectNode simple(String framework, String image) {
    ObjectNode runtime = runtime(framework + "-distributed", framework, framework);
    entry(runtime, Trainer.NODE, Trainer.TRAINER, image);
    return runtime;
  }

  /// Nodes with an ssh server, and a launcher that is a node too.
  private static ObjectNode mpi(String framework) {
    ObjectNode runtime = runtime(framework + "-distributed", framework, "mpi");
    Json.ensureObject(runtime, "spec", "mlPolicy", "mpi")
        .put("numProcPerNode", 1)
        .put("mpiImplementation", "OpenMPI")
        .put("sshAuthMountPath", "/home/mpiuser/.ssh")
        .put("runLauncherAsNode", true);
    ObjectNode set = Json.ensureObject(runtime, "spec", "template", "spec");
    set.putObject("network").put("publishNotReadyAddresses", true);
    set.putObject("successPolicy")
        .put("operator", "All")
        .putArray("targetReplicatedJobs")
        .add(Trainer.LAUNCHER);
    String image = IMAGES + framework + "-runtime";
    ObjectNode node = entry(runtime, Trainer.NODE, "", image);
    ObjectNode launcher = entry(runtime, Trainer.LAUNCHER, Trainer.TRAINER, image);
    dependsOn(launcher, Trainer.NODE, "Ready");
    for (ObjectNode each : List.of(node, launcher)) {
      Json.ensureObject(Blueprint.pod(each), "securityContext").put("fsGroup", 1000);
      container(each).putObject("securityContext").put("runAsUser", 1000);
    }
    container(node).putArray("command").add("/usr/sbin/sshd");
    container(node).putArray("args").add("-De").add("-f").add("/home/mpiuser/.sshd_config");
    ObjectNode probe = container(node).putObject("readinessProbe").put("initialDelaySeconds", 5);
    probe.putObject("tcpSocket").put("port", 2222);
    return runtime;
  }

  /// A data set and a model are fetched to a shared claim, then the model is fine-tuned.
  private static ObjectNode tune(
      String model, String config, String source, Map<String, String> tokenizer) {
    ObjectNode runtime = runtime("torchtune-" + model, "torchtune", "torch");
    claim(Json.ensureObject(runtime, "spec", "template", "spec"));
    initializer(runtime, Trainer.DATASET, "hf://tatsu-lab/alpaca");
    initializer(runtime, Trainer.MODEL, "hf://" + source);
    ObjectNode node = entry(runtime, Trainer.NODE, Trainer.TRAINER, IMAGES + "torchtune-trainer");
    dependsOn(node, Trainer.DATASET, "Complete");
    dependsOn(node, Trainer.MODEL, "Complete");
    ArrayNode command = container(node).putArray("command");
    command.add("tune").add("run").add("--rdzv_endpoint=localhost:" + Blueprint.PORT);
    command.add("full_finetune_distributed").add("--config").add(config);
    command.add("dataset=torchtune.datasets.instruct_dataset").add("dataset.source=parquet");
    command.add("dataset.data_dir=" + WORKSPACE + "/dataset/data");
    command.add("output_dir=" + WORKSPACE + "/output");
    tokenizer.entrySet().stream()
        .sorted(Map.Entry.<String, String>comparingByKey().reversed())
        .forEach(
            each -> command.add(each.getKey() + "=" + WORKSPACE + "/model/" + each.getValue()));
    command.add("checkpointer.checkpoint_dir=" + WORKSPACE + "/model");
    Json.ensureObject(container(node), "resources", "limits").put("nvidia.com/gpu", 2);
    workspace(node);
    return runtime;
  }

  private static void claim(ObjectNode set) {
    ObjectNode claim =
        set.withArray("volumeClaimPolicies").addObject().putArray("templates").addObject();
    claim.putObject("metadata").put("name", Trainer.INITIALIZER_VOLUME);
    ObjectNode spec = claim.putObject("spec");
    spec.putArray("accessModes").add("ReadWriteOnce");
    Json.ensureObject(spec, "resources", "requests").put("storage", "20Gi");
  }

  private static void initializer(ObjectNode runtime, String name, String source) {
    ObjectNode entry = entry(runtime, name, name, IMAGES + name);
    PodEdit.env(container(entry), "STORAGE_URI", source);
    workspace(entry);
  }

  private static void workspace(ObjectNode entry) {
    container(entry)
        .withArray("volumeMounts")
        .addObject()
        .put("name", Trainer.INITIALIZER_VOLUME)
        .put("mountPath", WORKSPACE);
  }
}
