package dev.slipway.controllers.kserve;

import dev.slipway.base.Json;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Plan.Kept;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The runtimes that are there from the start, under KServe's names, with its formats, priorities,
/// protocols, images and arguments; and the storage container that knows the usual addresses.
///
/// Follows `config/runtimes` and `config/storagecontainers` of kserve/kserve 0.20, with one
/// difference: a container asks for little, because on this platform these images are answered by
/// one process that they share. Its limits are KServe's.
public final class BuiltinRuntimes {
  private static final String MODELS = "--model_dir=/mnt/models";
  private static final String NAME = "--model_name={{.Name}}";
  private static final String PORT = "--http_port=8080";

  private BuiltinRuntimes() {}

  /// Everything to be applied when the platform starts, owned by nobody.
  public static List<Kept> all() {
    var all = new ArrayList<Kept>();
    for (ObjectNode each : runtimes()) {
      all.add(new Kept(Kinds.CLUSTER_SERVING_RUNTIME, each, false));
    }
    all.add(new Kept(storageKind(), storageContainer(), false));
    return List.copyOf(all);
  }

  /// The kind of the storage container.
  public static Kind storageKind() {
    return StorageInitializer.STORAGE_CONTAINER;
  }

  /// The ClusterServingRuntimes alone.
  public static List<ObjectNode> runtimes() {
    return List.of(
            python("sklearnserver", "sklearn", "1"),
            python("xgbserver", "xgboost", "2").args("--nthread=1"),
            python("lgbserver", "lightgbm", "4").args("--nthread=1"),
            python("pmmlserver", "pmml", "3").format("pmml", "4", 1),
            python("paddleserver", "paddle", "2"),
            python("autogluonserver", "autogluon", "1"),
            predictive(),
            mlserver(),
            tensorflow(),
            torch(),
            triton(),
            openvino(),
            huggingface(),
            vllm())
        .stream()
        .map(Making::made)
        .toList();
  }

  private static Making python(String server, String format, String version) {
    return new Making("kserve-" + server, server, "kserve/" + server + ":latest")
        .format(format, version, 1)
        .protocols("v1", "v2")
        .args(NAME, MODELS, PORT);
  }

  private static Making predictive() {
    return new Making(
            "kserve-predictiveserver", "predictiveserver", "kserve/predictiveserver:latest")
        .unselected("sklearn", "1", 3)
        .unselected("xgboost", "2", 3)
        .unselected("lightgbm", "4", 3)
        .protocols("v1", "v2")
        .args(NAME, MODELS, PORT, "--framework={{.Annotations.modelFormat}}", "--nthread=1");
  }

  private static Making mlserver() {
    return new Making("kserve-mlserver", "mlserver", "docker.io/seldonio/mlserver:1.7.1")
        .format("sklearn", "0", 2)
        .format("sklearn", "1", 2)
        .format("xgboost", "1", 2)
        .format("xgboost", "2", 2)
        .format("lightgbm", "3", 2)
        .format("lightgbm", "4", 2)
        .format("mlflow", "1", 1)
        .format("mlflow", "2", 1)
        .protocols("v2")
        .env("MLSERVER_MODEL_IMPLEMENTATION", "{{.Labels.modelClass}}")
        .env("MLSERVER_HTTP_PORT", "8080")
        .env("MLSERVER_GRPC_PORT", "9000");
  }

  private static Making tensorflow() {
    return new Making("kserve-tensorflow-serving", "tensorflow-serving", "tensorflow/serving:2.6.2")
        .format("tensorflow", "1", 2)
        .format("tensorflow", "2", 2)
        .protocols("v1", "grpc-v1")
        .command("/usr/bin/tensorflow_model_server")
        .args(
            NAME,
            "--port=9000",
            "--rest_api_port=8080",
            "--model_base_path=/mnt/models",
            "--rest_api_timeout_in_ms=60000");
  }

  private static Making torch() {
    return new Making("kserve-torchserve", "torchserve", "pytorch/torchserve-kfs:0.9.0")
        .metricsPort("8082")
        .format("pytorch", "1", 2)
        .protocols("v1", "v2", "grpc-v2")
        .args(
            "torchserve",
            "--start",
            "--model-store=/mnt/models/model-store",
            "--ts-config=/mnt/models/config/config.properties")
        .env("TS_SERVICE_ENVELOPE", "{{.Labels.serviceEnvelope}}");
  }

  private static Making triton() {
    return new Making(
            "kserve-tritonserver", "tritonserver", "nvcr.io/nvidia/tritonserver:23.05-py3")
        .metricsPort("8002")
        .format("tensorrt", "8", 1)
        .format("tensorflow", "1", 1)
        .format("tensorflow", "2", 1)
        .format("onnx", "1", 1)
        .unselected("pytorch", "1", 0)
        .format("triton", "2", 1)
        .protocols("v2", "grpc-v2")
        .args(
            "tritonserver",
            "--model-store=/mnt/models",
            "--grpc-port=9000",
            "--http-port=8080",
            "--allow-grpc=true",
            "--allow-http=true");
  }

  private static Making openvino() {
    return new Making("kserve-openvino", "ovms", "openvino/model_server:latest")
        .disabled()
        .format("openvino", "10", 1)
        .format("onnx", "1", 2)
        .format("tensorflow", "1", 3)
        .format("huggingface", "", 0)
        .protocols("v1", "v2", "grpc-v2")
        .args(
            NAME,
            "--model_path=/mnt/models",
            "--port=9000",
            "--rest_port=8080",
            "--file_system_poll_wait_seconds=0");
  }

  private static Making huggingface() {
    return new Making(
            "kserve-huggingfaceserver", "huggingfaceserver", "kserve/huggingfaceserver:latest")
        .format("huggingface", "1", 1)
        .protocols("v2", "v1")
        .args(NAME);
  }

  private static Making vllm() {
    return new Making("kserve-vllmserver", "vllmserver", "vllm/vllm-openai:latest")
        .format("vLLM", "1", 1)
        .command("python", "-m", "vllm.entrypoints.openai.api_server")
        .args("--port=8080", "--served-model-name={{.Name}}", "--model=/mnt/models")
        .env("HF_HOME", "/tmp")
        .env("VLLM_CONFIG_ROOT", "/tmp");
  }

  private static ObjectNode storageContainer() {
    ObjectNode made = Json.object();
    made.put("apiVersion", "serving.kserve.io/v1alpha1").put("kind", "ClusterStorageContainer");
    made.putObject("metadata").put("name", "default");
    ObjectNode spec = made.putObject("spec");
    spec.putObject("container")
        .put("name", StorageInitializer.NAME)
        .put("image", "kserve/storage-initializer:latest")
        .put("imagePullPolicy", "IfNotPresent");
    ArrayNode formats = spec.putArray("supportedUriFormats");
    for (String prefix :
        List.of("gs://", "s3://", "hdfs://", "hf://", "modelscope://", "webhdfs://", "file://")) {
      formats.addObject().put("prefix", prefix);
    }
    for (String prefix : List.of("models:/", "runs:/", "mlflow-artifacts:/")) {
      formats.addObject().put("prefix", prefix);
    }
    for (String host : List.of("blob", "file")) {
      formats.addObject().put("regex", "https://(.+?)." + host + ".core.windows.net/(.+)");
    }
    formats.addObject().put("regex", "https?://(.+)/(.+)");
    spec.put("workloadType", "initContainer").put("supportsMultiModelDownload", true);
    return made;
  }

  /// One runtime while it is put together.
  private static final class Making {
    private final ObjectNode runtime = Json.object();
    private final ObjectNode spec;
    private final ArrayNode formats;
    private final ArrayNode protocols = Json.array();
    private final ObjectNode container;

    Making(String name, String serverType, String image) {
      runtime.put("apiVersion", "serving.kserve.io/v1alpha1").put("kind", "ClusterServingRuntime");
      runtime
          .putObject("metadata")
          .put("name", name)
          .putObject("annotations")
          .put("serving.kserve.io/server-type", serverType);
      spec = runtime.putObject("spec");
      spec.putObject("annotations")
          .put("prometheus.kserve.io/port", "8080")
          .put("prometheus.kserve.io/path", "/metrics");
      formats = spec.putArray("supportedModelFormats");
      container = spec.putArray("containers").addObject();
      container.put("name", "kserve-container").put("image", image);
    }

    /// KServe has it, and leaves it out of its own installation: it would take over formats.
    Making disabled() {
      spec.put("disabled", true);
      return this;
    }

    Making metricsPort(String port) {
      Json.ensureObject(spec, "annotations").put("prometheus.kserve.io/port", port);
      return this;
    }

    Making format(String name, String version, int priority) {
      entry(name, version, priority).put("autoSelect", true);
      return this;
    }

    Making unselected(String name, String version, int priority) {
      entry(name, version, priority);
      return this;
    }

    private ObjectNode entry(String name, String version, int priority) {
      ObjectNode entry = formats.addObject().put("name", name);
      if (!version.isEmpty()) {
        entry.put("version", version);
      }
      if (priority > 0) {
        entry.put("priority", priority);
      }
      return entry;
    }

    Making protocols(String... spoken) {
      List.of(spoken).forEach(protocols::add);
      return this;
    }

    Making command(String... words) {
      ArrayNode command = container.putArray("command");
      List.of(words).forEach(command::add);
      return this;
    }

    Making args(String... words) {
      ArrayNode args =
          container.path("args") instanceof ArrayNode there ? there : container.putArray("args");
      List.of(words).forEach(args::add);
      return this;
    }

    Making env(String name, String value) {
      ArrayNode env =
          container.path("env") instanceof ArrayNode there ? there : container.putArray("env");
      env.addObject().put("name", name).put("value", value);
      return this;
    }

    ObjectNode made() {
      if (!protocols.isEmpty()) {
        spec.set("protocolVersions", protocols);
      }
      ObjectNode resources = container.putObject("resources");
      resources.putObject("requests").put("cpu", "10m").put("memory", "32Mi");
      resources.putObject("limits").put("cpu", "1").put("memory", "2Gi");
      return runtime;
    }
  }
}
