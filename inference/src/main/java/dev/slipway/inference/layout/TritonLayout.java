package dev.slipway.inference.layout;

import dev.slipway.base.Json;
import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.layout.Versions.Version;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A model directory of Triton: `config.pbtxt`, others under `configs/`, label files,
/// `<integer>/model.*`.
final class TritonLayout {
  private static final String CONFIG = "config.pbtxt";

  private final Path directory;
  private final Path file;
  private final String given;

  /// @param file the configuration that is read
  TritonLayout(Path directory, Path file) {
    this(directory, file, "");
  }

  private TritonLayout(Path directory, Path file, String given) {
    this.directory = directory;
    this.file = file;
    this.given = given;
  }

  /// @param config a configuration in JSON, in place of the directory's own; `""` for that
  static TritonLayout given(Path directory, String config) {
    return new TritonLayout(directory, directory.resolve(CONFIG), config);
  }

  /// Where the configuration of a name lies, or where the one for all does if there is none of that
  /// name; it need not be there.
  ///
  /// @throws ModelLoadException if the name leads elsewhere
  static Path config(Path directory, String name) throws ModelLoadException {
    if (!name.isEmpty()) {
      Path configs = directory.resolve("configs");
      Path named = configs.resolve(name + ".pbtxt").normalize();
      if (!configs.equals(named.getParent())) {
        throw new ModelLoadException(
            "model_config_name is \"" + name + "\", expected the name of a file in configs/");
      }
      if (Files.isRegularFile(named)) {
        return named;
      }
    }
    return directory.resolve(CONFIG);
  }

  ModelDescription describe() throws ModelLoadException {
    if (!given.isEmpty()) {
      return describe(json());
    }
    try {
      return describe(TextProto.parse(TritonSchema.SCHEMA, "ModelConfig", Reading.text(file)));
    } catch (TextProtoException e) {
      throw Reading.at(file, String.valueOf(e.getMessage()));
    }
  }

  private ObjectNode json() throws ModelLoadException {
    try {
      if (Json.parse(given.getBytes(StandardCharsets.UTF_8)) instanceof ObjectNode object) {
        return object;
      }
    } catch (JacksonException e) {
      throw new ModelLoadException("the configuration given is no JSON: " + e.getOriginalMessage());
    }
    throw new ModelLoadException("the configuration given is no JSON object");
  }

  private ModelDescription describe(ObjectNode config) throws ModelLoadException {
    String name = Json.text(config, "name");
    if (!name.isEmpty() && !name.equals(Reading.name(directory))) {
      throw Reading.at(
          file,
          "name is \""
              + name
              + "\", expected that of the directory, \""
              + Reading.name(directory)
              + "\"");
    }
    config.put("name", Reading.name(directory));
    var tensors = new TritonTensors(directory, file, config);
    boolean ensemble =
        config.has("ensemble_scheduling") || Json.text(config, "platform").equals("ensemble");
    String format = ensemble ? ModelDescription.ENSEMBLE : format(config);
    return new ModelDescription(
        Reading.name(directory),
        format,
        "triton",
        versions(config, format),
        new TritonServing(directory, file, config).serving(),
        tensors.signature(),
        Optional.empty(),
        tensors.reshapes(),
        tensors.classLabels(),
        parameters(config),
        ensemble ? steps(config) : List.of(),
        Optional.of(Defaults.filled(TritonSchema.SCHEMA, "ModelConfig", config)));
  }

  /// @return the engine's word; `""` where the files must tell
  private String format(ObjectNode config) throws ModelLoadException {
    String platform = Json.text(config, "platform");
    String backend = Json.text(config, "backend");
    String word = backend.isEmpty() ? platform : backend;
    return switch (word) {
      case "" -> "";
      case "onnxruntime", "onnxruntime_onnx" -> "onnx";
      case "tensorflow", "tensorflow_savedmodel" -> "tensorflow";
      case "pytorch", "pytorch_libtorch", "libtorch" -> "pytorch";
      case "fil" -> forest(config);
      case "sklearn", "xgboost", "lightgbm", "pmml", "huggingface" -> word;
      case "python", "vllm" ->
          throw Reading.at(
              file,
              "backend \""
                  + word
                  + "\" is a program, which is not run here: serve it as a"
                  + " process of its own");
      default ->
          throw Reading.at(
              file,
              (backend.isEmpty() ? "platform" : "backend")
                  + " \""
                  + word
                  + "\" has no engine here (expected onnxruntime, tensorflow, pytorch, fil or"
                  + " ensemble)");
    };
  }

  private String forest(ObjectNode config) throws ModelLoadException {
    String type = Json.text(config, "parameters", "model_type", "string_value");
    return switch (type) {
      case "", "xgboost", "xgboost_json", "xgboost_ubj" -> "xgboost";
      case "lightgbm" -> "lightgbm";
      default ->
          throw Reading.at(
              file,
              "parameters.model_type is \""
                  + type
                  + "\" (expected xgboost, xgboost_json,"
                  + " xgboost_ubj or lightgbm)");
    };
  }

  private static String defaultName(String format, ObjectNode config) {
    if (config.has("default_model_filename")) {
      return Json.text(config, "default_model_filename");
    }
    return switch (format) {
      case "tensorflow" -> "model.savedmodel";
      case "pytorch" -> "model.pt";
      case "onnx" -> "model.onnx";
      case "lightgbm" -> "model.txt";
      case "xgboost" ->
          Json.text(config, "parameters", "model_type", "string_value").equals("xgboost_json")
              ? "xgboost.json"
              : "xgboost.model";
      default -> "";
    };
  }

  private Versions versions(ObjectNode config, String format) throws ModelLoadException {
    Versions.Policy policy = ServingConfig.policy(config.path("version_policy"));
    var found = new ArrayList<Version>();
    if (!format.equals(ModelDescription.ENSEMBLE)) {
      for (Path each : NumberedLayout.numbered(directory)) {
        found.add(new Version(NumberedLayout.number(each), artifact(each, format, config)));
      }
      if (found.isEmpty()) {
        throw Reading.at(
            directory,
            "has no version: found "
                + Reading.names(Reading.entries(directory))
                + ", expected a directory named by a number, such as 1/"
                + defaultName(format, config));
      }
    }
    var versions = new Versions(found, policy, Map.of());
    if (!found.isEmpty() && versions.served().isEmpty()) {
      throw Reading.at(file, "version_policy chooses none of the versions that are there");
    }
    return versions;
  }

  private Path artifact(Path version, String format, ObjectNode config) throws ModelLoadException {
    String name = defaultName(format, config);
    if (!name.isEmpty()) {
      Path named = version.resolve(name).normalize();
      if (!named.startsWith(version)) {
        throw Reading.at(file, "default_model_filename \"" + name + "\" leads out of the version");
      }
      if (Files.isDirectory(named) && format.equals("onnx")) {
        return named.resolve("model.onnx");
      }
      if (Files.exists(named)) {
        return named;
      }
      if (config.has("default_model_filename")) {
        throw Reading.at(named, "missing, which default_model_filename names");
      }
    }
    return ModelLayout.content(version, format)
        .map(ModelLayout.Content::artifact)
        .orElseThrow(
            () ->
                new ModelLoadException(
                    version
                        + ": has no model (expected "
                        + (name.isEmpty() ? "one model file" : name)
                        + ")"));
  }

  private static Map<String, String> parameters(ObjectNode config) {
    var all = new LinkedHashMap<String, String>();
    config
        .path("parameters")
        .properties()
        .forEach(each -> all.put(each.getKey(), Json.text(each.getValue(), "string_value")));
    return all;
  }

  private List<ModelDescription.EnsembleStep> steps(ObjectNode config) throws ModelLoadException {
    var steps = new ArrayList<ModelDescription.EnsembleStep>();
    for (JsonNode each : config.path("ensemble_scheduling").path("step")) {
      String model = Json.text(each, "model_name");
      if (model.isEmpty()) {
        throw Reading.at(
            file, "ensemble_scheduling.step[" + steps.size() + "].model_name is missing");
      }
      Map<String, String> inputs = Json.strings(each, "input_map");
      Map<String, String> outputs = Json.strings(each, "output_map");
      if (inputs.isEmpty() || outputs.isEmpty()) {
        throw Reading.at(
            file,
            "ensemble_scheduling.step["
                + steps.size()
                + "] ("
                + model
                + ") has no "
                + (inputs.isEmpty() ? "input_map" : "output_map"));
      }
      long version = each.path("model_version").asLong(-1);
      steps.add(new ModelDescription.EnsembleStep(model, version, inputs, outputs));
    }
    if (steps.isEmpty()) {
      throw Reading.at(file, "ensemble_scheduling has no step");
    }
    return steps;
  }
}
