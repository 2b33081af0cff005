package dev.slipway.inference.layout;

import dev.slipway.base.Json;
import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.engine.Signature;
import dev.slipway.inference.layout.Serving.Batching;
import dev.slipway.inference.layout.Versions.Version;
import dev.slipway.inference.tensor.DataType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A model directory of MLServer, described by `model-settings.json`.
final class MlserverLayout {
  private final Path directory;
  private final Path file;

  MlserverLayout(Path directory) {
    this.directory = directory;
    this.file = directory.resolve("model-settings.json");
  }

  ModelDescription describe() throws ModelLoadException {
    ObjectNode settings;
    try {
      settings = Json.parseObject(Reading.text(file).getBytes(StandardCharsets.UTF_8));
    } catch (JacksonException | IllegalArgumentException e) {
      throw Reading.at(file, "is no JSON object: " + e.getMessage());
    }
    String name = Json.text(settings, "name");
    Path artifact = artifact(Json.text(settings, "parameters", "uri"));
    String format = format(Json.text(settings, "implementation"));
    ModelDescription found = ModelLayout.describe(artifact, format);
    String version = Json.text(settings, "parameters", "version");
    ModelDescription description =
        ModelDescription.of(
                name.isEmpty() ? Reading.name(directory) : name,
                found.format(),
                "mlserver",
                version.isEmpty()
                    ? found.versions()
                    : Versions.one(new Version(version, found.artifact())))
            .withServing(serving(settings))
            .withParameters(parameters(settings));
    Optional<Signature> signature = signature(settings);
    if (signature.isPresent()) {
      return description.withSignature(signature.get(), found.schema());
    }
    return found.signature().isPresent()
        ? description.withSignature(found.signature().get(), found.schema())
        : description;
  }

  private String format(String implementation) throws ModelLoadException {
    String module = implementation.replaceFirst("\\..*", "");
    return switch (module) {
      case "" -> "";
      case "mlserver_sklearn" -> "sklearn";
      case "mlserver_xgboost" -> "xgboost";
      case "mlserver_lightgbm" -> "lightgbm";
      case "mlserver_onnx" -> "onnx";
      case "mlserver_huggingface" -> "huggingface";
      case "mlserver_mlflow" -> "";
      default ->
          throw Reading.at(
              file,
              "implementation \""
                  + implementation
                  + "\" is a program, which is not run here"
                  + " (expected mlserver_sklearn, _xgboost, _lightgbm, _onnx, _huggingface or"
                  + " _mlflow)");
    };
  }

  /// The model's file, which MLServer resolves against the settings file.
  private Path artifact(String uri) throws ModelLoadException {
    String path = uri.replaceFirst("^file://", "");
    if (path.isEmpty()) {
      return onlyModel();
    }
    Path resolved = directory.resolve(path).normalize();
    if (!Files.exists(resolved)) {
      throw Reading.at(file, "parameters.uri is \"" + uri + "\", but " + resolved + " is missing");
    }
    if (resolved.equals(directory.toAbsolutePath().normalize())) {
      return onlyModel();
    }
    return resolved;
  }

  private Path onlyModel() throws ModelLoadException {
    return ModelLayout.content(directory, "")
        .map(ModelLayout.Content::artifact)
        .orElseThrow(
            () -> Reading.at(file, "parameters.uri is missing, and no model file lies beside it"));
  }

  private static Serving serving(ObjectNode settings) {
    int most = settings.path("max_batch_size").asInt(0);
    double seconds = settings.path("max_batch_time").asDouble(0);
    boolean batches = most > 1 && seconds > 0;
    long nanos = (long) (Math.clamp(seconds, 0, 3600) * 1e9);
    return new Serving(
        settings.has("max_batch_size") ? Optional.of(most) : Optional.empty(),
        batches ? Optional.of(Batching.delay(Duration.ofNanos(nanos))) : Optional.empty(),
        0,
        settings.path("cache_enabled").asBoolean(false),
        false,
        false,
        List.of());
  }

  private static Map<String, String> parameters(ObjectNode settings) {
    var all = new LinkedHashMap<String, String>();
    settings
        .path("parameters")
        .path("extra")
        .properties()
        .forEach(each -> all.put(each.getKey(), each.getValue().asString("")));
    String type = Json.text(settings, "parameters", "content_type");
    if (!type.isEmpty()) {
      all.put("content_type", type);
    }
    return all;
  }

  private Optional<Signature> signature(ObjectNode settings) throws ModelLoadException {
    List<Signature.Spec> inputs = specs(settings, "inputs");
    List<Signature.Spec> outputs = specs(settings, "outputs");
    return inputs.isEmpty() || outputs.isEmpty()
        ? Optional.empty()
        : Optional.of(new Signature(inputs, outputs));
  }

  private List<Signature.Spec> specs(ObjectNode settings, String field) throws ModelLoadException {
    var specs = new ArrayList<Signature.Spec>();
    for (JsonNode each : settings.path(field)) {
      Optional<DataType> type = DataType.parse(Json.text(each, "datatype"));
      if (type.isEmpty()) {
        throw Reading.at(
            file,
            field
                + "["
                + specs.size()
                + "].datatype is \""
                + Json.text(each, "datatype")
                + "\" (expected one of the protocol's)");
      }
      var shape = new ArrayList<Long>();
      each.path("shape").forEach(size -> shape.add(size.asLong(-1)));
      specs.add(new Signature.Spec(Json.text(each, "name"), type.get(), shape, false));
    }
    return specs;
  }
}
