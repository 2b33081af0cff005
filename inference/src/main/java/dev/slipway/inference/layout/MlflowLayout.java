package dev.slipway.inference.layout;

import dev.slipway.base.Json;
import dev.slipway.inference.engine.ModelLoadException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// A model directory of MLflow, described by `MLmodel`. Of the flavours the one that an engine here
/// reads natively is taken, the most exact first; `python_function` alone is a program.
final class MlflowLayout {
  static final List<String> NATIVE =
      List.of("sklearn", "lightgbm", "xgboost", "onnx", "tensorflow", "pytorch", "pmml");

  private final Path directory;
  private final Path file;

  MlflowLayout(Path directory) {
    this.directory = directory;
    this.file = directory.resolve("MLmodel");
  }

  ModelDescription describe(String wanted) throws ModelLoadException {
    ObjectNode model = read();
    JsonNode flavors = model.path("flavors");
    String flavor = flavor(flavors, wanted);
    Path artifact = artifact(flavor, flavors.path(flavor), flavors.path("python_function"));
    ModelDescription description =
        ModelDescription.of(Reading.name(directory), flavor, "mlflow", Versions.one(artifact))
            .withParameters(parameters(model, flavors));
    if (!(model.get("signature") instanceof ObjectNode signature)) {
      return description;
    }
    var reader = new MlflowSignature(file, signature);
    return description.withSignature(reader.signature(), reader.schema());
  }

  ObjectNode read() throws ModelLoadException {
    try {
      if (YAMLMapper.shared().readTree(Reading.text(file)) instanceof ObjectNode object) {
        return object;
      }
    } catch (JacksonException e) {
      throw Reading.at(file, "is no YAML: " + e.getOriginalMessage());
    }
    throw Reading.at(file, "is no YAML mapping");
  }

  private String flavor(JsonNode flavors, String wanted) throws ModelLoadException {
    var found = new ArrayList<String>();
    flavors.properties().forEach(each -> found.add(each.getKey()));
    for (String each : NATIVE) {
      if (found.contains(each) && (wanted.isEmpty() || wanted.equals(each))) {
        return each;
      }
    }
    throw Reading.at(
        file,
        "flavors are "
            + (found.isEmpty() ? "missing" : String.join(", ", found))
            + " (expected "
            + (wanted.isEmpty() ? "one of " + String.join(", ", NATIVE) : wanted)
            + "); python_function alone is a program, which runs in a pod of modelFormat mlflow");
  }

  private Path artifact(String flavor, JsonNode own, JsonNode python) throws ModelLoadException {
    var tried = new ArrayList<String>();
    for (String field :
        List.of("pickled_model", "model_data", "data", "model_path", "saved_model_dir")) {
      String path = Json.text(own, field);
      if (!path.isEmpty()) {
        tried.add(path);
      }
    }
    String data = Json.text(python, "data");
    tried.add(data.isEmpty() ? Json.text(python, "model_path") : data);
    tried.removeIf(String::isEmpty);
    for (String each : tried) {
      Path path = directory.resolve(each).normalize();
      if (!path.startsWith(directory)) {
        throw Reading.at(file, "flavors." + flavor + " names \"" + each + "\", which leads out");
      }
      if (Files.exists(path)) {
        return inside(flavor, path);
      }
    }
    throw Reading.at(
        file,
        "flavors."
            + flavor
            + " names "
            + (tried.isEmpty() ? "no file" : String.join(", ", tried))
            + ", of which none is there");
  }

  /// A flavour may name a directory that holds the one file.
  private static Path inside(String flavor, Path path) throws ModelLoadException {
    if (!Files.isDirectory(path)) {
      return path;
    }
    if (flavor.equals("pytorch")) {
      return torch(path);
    }
    if (flavor.equals("tensorflow")) {
      return savedModel(path);
    }
    return ModelLayout.content(path, flavor).map(ModelLayout.Content::artifact).orElse(path);
  }

  private static Path torch(Path directory) {
    Path file = directory.resolve("model.pth");
    return Files.exists(file) ? file : directory;
  }

  private static Path savedModel(Path directory) {
    Path inner = directory.resolve("model");
    return !Formats.savedModel(directory) && Formats.savedModel(inner) ? inner : directory;
  }

  /// What an engine may want to know of how the file was written: a pickle by cloudpickle has other
  /// globals than one by joblib.
  private static Map<String, String> parameters(ObjectNode model, JsonNode flavors) {
    var all = new LinkedHashMap<String, String>();
    for (String flavor : List.of("sklearn", "xgboost", "lightgbm")) {
      copy(flavors.path(flavor), "serialization_format", all, "serialization_format");
      copy(flavors.path(flavor), "model_class", all, "model_class");
    }
    copy(flavors.path("sklearn"), "sklearn_version", all, "sklearn_version");
    copy(flavors.path("python_function"), "predict_fn", all, "predict_fn");
    copy(model, "model_uuid", all, "model_uuid");
    copy(model, "run_id", all, "run_id");
    return all;
  }

  private static void copy(JsonNode from, String field, Map<String, String> into, String as) {
    JsonNode value = from.path(field);
    if (value.isValueNode() && !value.isNull() && !value.asString("").isEmpty()) {
      into.putIfAbsent(as, value.asString(""));
    }
  }
}
