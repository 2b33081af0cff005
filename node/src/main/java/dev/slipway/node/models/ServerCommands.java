package dev.slipway.node.models;

import dev.slipway.base.Json;
import dev.slipway.node.ContainerStart;
import dev.slipway.node.models.Served.Shape;
import dev.slipway.node.models.Served.Source;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;

/// Reads the command lines and variables of the servers that are known, each as that server does.
///
/// Source: the servers' own documentation: `kserve/model_server.py`; MLServer "Settings";
/// TensorFlow Serving `main.cc`; `tritonserver --help`; OpenVINO Model Server "Parameters";
/// TorchServe "config.properties"; Seldon Core "Prepackaged Model Servers".
final class ServerCommands {
  private static final String MOUNT = "/mnt/models";
  private static final Map<String, String> MLSERVER_FORMATS =
      Map.of(
          "sklearnmodel", "sklearn",
          "xgboostmodel", "xgboost",
          "lightgbmmodel", "lightgbm",
          "huggingfaceruntime", "huggingface",
          "onnxmodel", "onnx");

  private final ContainerStart start;
  private final Flags flags;
  private final Map<String, String> environment;
  private final Set<Integer> ports = new LinkedHashSet<>();

  private ServerCommands(ContainerStart start) {
    this.start = start;
    this.flags = Flags.of(start.command(), start.args());
    this.environment = start.environment();
  }

  /// @param image which server it is; none that fetches and ends
  static Served read(ServerImage image, ContainerStart start) {
    return new ServerCommands(start).read(image);
  }

  private Served read(ServerImage image) {
    return switch (image) {
      case KSERVE -> kserve();
      case MLSERVER -> mlserver();
      case TENSORFLOW_SERVING -> tensorflow();
      case TORCHSERVE -> torchserve();
      case TRITON -> triton();
      case OPENVINO -> openvino();
      case SELDON -> seldon();
      case SLIPWAY -> slipway();
      case STORAGE_INITIALIZER, DATASET_INITIALIZER, MODEL_INITIALIZER ->
          throw new IllegalArgumentException("it serves nothing");
    };
  }

  private Served kserve() {
    ports(flags.port("http_port").orElse(8080), flags.port("grpc_port").orElse(8081));
    var format = ServerImage.format(start.image()).or(() -> flags.first("framework"));
    var path = flags.first("model_dir", "model_id").orElse(MOUNT);
    path = flags.first("model_dir").isEmpty() && path.indexOf('/') > 0 ? "hf://" + path : path;
    var options = options();
    if (format.filter("huggingface"::equals).isPresent()) {
      options.put("answer", "index"); // of a text's class, which is all that KServe's server tells
    }
    var source =
        new Source(
            flags.first("model_name").orElse("model"),
            path,
            format,
            options,
            Shape.MODEL_OR_REPOSITORY);
    return served(List.of(source), true);
  }

  /// What servers read from their environment and flags to set up a model.
  private Map<String, String> options() {
    var options = new HashMap<String, String>();
    var probabilities = environment.getOrDefault("PREDICT_PROBA", "");
    if (!probabilities.isEmpty()) {
      options.put("PREDICT_PROBA", probabilities);
    }
    for (var name : List.of("task", "tokenizer_revision", "max_length", "return_probabilities")) {
      flags.first(name).ifPresent(value -> options.put(name, value));
    }
    return options;
  }

  private Served mlserver() {
    ports(variablePort("MLSERVER_HTTP_PORT", 8080), variablePort("MLSERVER_GRPC_PORT", 8081));
    var uri = variable("MLSERVER_MODEL_URI", variable("MODELS_DIR", MOUNT));
    if (variable("MLSERVER_LOAD_MODELS_AT_STARTUP", "true").equalsIgnoreCase("false")) {
      return served(List.of(), true);
    }
    var implementation = variable("MLSERVER_MODEL_IMPLEMENTATION", "");
    var word = implementation.substring(implementation.lastIndexOf('.') + 1);
    var format = Optional.ofNullable(MLSERVER_FORMATS.get(word.toLowerCase(Locale.ROOT)));
    var name = variable("MLSERVER_MODEL_NAME", "");
    var shape = name.isEmpty() ? Shape.REPOSITORY : Shape.MODEL_OR_REPOSITORY;
    return served(List.of(new Source(name, uri, format, options(), shape)), true);
  }

  private Served tensorflow() {
    int rest = flags.port("rest_api_port").orElse(8501);
    ports(rest, flags.port("port").orElse(8500));
    var config = flags.first("model_config_file");
    if (config.isPresent()) {
      var file = new Source("", config.get(), Optional.empty(), Map.of(), Shape.CONFIG_FILE);
      return served(List.of(file), false);
    }
    var name = flags.first("model_name").orElse(variable("MODEL_NAME", "model"));
    var base = variable("MODEL_BASE_PATH", "/models");
    var path = flags.first("model_base_path").orElse(base + "/" + name);
    return served(List.of(new Source(name, path, Optional.empty(), Map.of(), Shape.MODEL)), false);
  }

  private Served torchserve() {
    ports(8080, 8081, 8082, 7070, 7071);
    var store =
        flags.first("model_store").orElse(variable("TS_MODEL_STORE", MOUNT + "/model-store"));
    var path = store.equals(MOUNT + "/model-store") ? MOUNT : store;
    var source =
        new Source(
            serviceName(), path, Optional.of("pytorch"), Map.of(), Shape.MODEL_OR_REPOSITORY);
    return served(List.of(source), true);
  }

  private Served triton() {
    ports(
        flags.port("http_port").orElse(8000),
        flags.port("grpc_port").orElse(8001),
        flags.port("metrics_port").orElse(8002));
    var path = flags.first("model_repository", "model_store").orElse(MOUNT);
    boolean explicit = flags.first("model_control_mode").filter("explicit"::equals).isPresent();
    if (explicit && flags.first("load_model").isEmpty()) {
      return served(List.of(), true);
    }
    Map<String, String> options =
        flags
            .first("model_config_name")
            .map(name -> Map.of("model_config_name", name))
            .orElseGet(Map::of);
    var source = new Source(serviceName(), path, Optional.empty(), options, Shape.REPOSITORY);
    return served(List.of(source), explicit);
  }

  private Served openvino() {
    ports(flags.port("rest_port").orElse(8000), flags.port("port").orElse(9000));
    var name = flags.first("model_name").orElse(serviceName());
    var path = flags.first("model_path").orElse(MOUNT);
    return served(
        List.of(new Source(name, path, Optional.empty(), Map.of(), Shape.MODEL_OR_REPOSITORY)),
        false);
  }

  private Served seldon() {
    ports(
        variablePort(
            "PREDICTIVE_UNIT_HTTP_SERVICE_PORT",
            variablePort("PREDICTIVE_UNIT_SERVICE_PORT", 9000)),
        variablePort("PREDICTIVE_UNIT_GRPC_SERVICE_PORT", 9500));
    var parameters = seldonParameters();
    var options = new HashMap<>(parameters);
    options.remove("model_uri");
    var format = ServerImage.format(start.image());
    var source =
        new Source(
            variable("PREDICTIVE_UNIT_ID", start.name()),
            parameters.getOrDefault("model_uri", MOUNT),
            format,
            options,
            Shape.MODEL);
    return served(List.of(source), false);
  }

  /// `[{"name":"model_uri","value":"/mnt/models","type":"STRING"}]`.
  private Map<String, String> seldonParameters() {
    var found = new HashMap<String, String>();
    var text = flags.first("parameters").orElse(variable("PREDICTIVE_UNIT_PARAMETERS", "[]"));
    try {
      for (var each : Json.parse(text.getBytes(StandardCharsets.UTF_8))) {
        found.put(Json.text(each, "name"), each.path("value").asString(""));
      }
    } catch (JacksonException _) {
      return Map.of();
    }
    return found;
  }

  private Served slipway() {
    ports(flags.port("port", "http_port").orElse(8080), flags.port("grpc_port").orElse(8081));
    var sources = new ArrayList<Source>();
    for (var word : flags.words()) {
      int equals = word.indexOf('=');
      boolean named = equals > 0 && word.substring(0, equals).matches("[A-Za-z0-9._-]+");
      if (named) {
        sources.add(slipway(word.substring(0, equals), word.substring(equals + 1)));
      }
    }
    flags
        .first("model_dir")
        .ifPresent(
            path -> sources.add(slipway(flags.first("model_name").orElse(serviceName()), path)));
    if (sources.isEmpty()) {
      sources.add(slipway(flags.first("model_name").orElse(serviceName()), MOUNT));
    }
    return served(sources, flags.first("fixed_models").isEmpty());
  }

  private Source slipway(String name, String path) {
    var format =
        flags
            .first("format", "framework")
            .map(
                value -> value.startsWith(name + "=") ? value.substring(name.length() + 1) : value);
    return new Source(name, path, format, options(), Shape.MODEL_OR_REPOSITORY);
  }

  /// What a model is called where the server is not told.
  private String serviceName() {
    var service = start.pod().label("serving.kserve.io/inferenceservice");
    return service.isEmpty() ? "model" : service;
  }

  private String variable(String name, String otherwise) {
    var value = environment.getOrDefault(name, "");
    return value.isEmpty() ? otherwise : value;
  }

  private int variablePort(String name, int otherwise) {
    var value = variable(name, "");
    return value.matches("\\d{1,5}") ? Integer.parseInt(value) : otherwise;
  }

  private void ports(int... some) {
    for (int each : some) {
      ports.add(each);
    }
  }

  private Served served(List<Source> models, boolean controlled) {
    start.ports().stream().filter(each -> each > 0).forEach(ports::add);
    int workers =
        flags
            .first("workers")
            .filter(each -> each.matches("\\d{1,3}"))
            .map(Integer::parseInt)
            .orElse(0);
    return new Served(models, List.copyOf(ports), controlled, workers);
  }
}
