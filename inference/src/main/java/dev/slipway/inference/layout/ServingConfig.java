package dev.slipway.inference.layout;

import dev.slipway.base.Json;
import dev.slipway.inference.engine.ModelLoadException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// TensorFlow Serving's model config file (`--model_config_file`): which models, from where, in
/// which versions.
///
/// Source: tensorflow/serving, `config/model_server_config.proto` and
/// `sources/storage_path/file_system_storage_path_source.proto`, 2.20.
public final class ServingConfig {
  private static final Schema SCHEMA =
      Schema.of(
          """
          enum ModelType MODEL_TYPE_UNSPECIFIED TENSORFLOW OTHER
          message ModelServerConfig
            ModelConfigList model_config_list ?config
          message ModelConfigList
            ModelConfig* config
          message ModelConfig
            string name
            string base_path
            ModelType model_type
            string model_platform
            VersionPolicy model_version_policy
            string>int64 version_labels
            LoggingConfig logging_config
          message VersionPolicy
            Latest latest ?policy
            All all ?policy
            Specific specific ?policy
          message Latest
            uint32 num_versions
          message All
          message Specific
            int64* versions
          message LoggingConfig
            LogCollectorConfig log_collector_config
            SamplingConfig sampling_config
          message LogCollectorConfig
            string type
            string filename_prefix
          message SamplingConfig
            double sampling_rate
            int32 attributes
          """);

  /// One model of the file.
  ///
  /// @param basePath the directory, or URI, whose numbered directories are the versions
  public record Model(
      String name, String basePath, Versions.Policy policy, Map<String, Long> labels) {
    public Model {
      labels = Map.copyOf(labels);
    }

    /// What lies at the base path, with this model's name, policy and labels.
    ///
    /// @param files the base path, or where it was downloaded to
    public ModelDescription describe(Path files) throws ModelLoadException {
      ModelDescription found = ModelLayout.describe(files).named(name);
      Versions versions = new Versions(found.versions().present(), policy, labels);
      if (versions.served().isEmpty()) {
        throw Reading.at(files, "has none of the versions that the policy of " + name + " names");
      }
      return found.withVersions(versions);
    }
  }

  private ServingConfig() {}

  /// Reads the file.
  ///
  /// @throws ModelLoadException with line and column of what is wrong
  public static List<Model> read(Path file) throws ModelLoadException {
    try {
      ObjectNode root = TextProto.parse(SCHEMA, "ModelServerConfig", Reading.text(file));
      var models = new ArrayList<Model>();
      Set<String> names = new HashSet<>();
      for (JsonNode each : root.path("model_config_list").path("config")) {
        Model model = model(file, each);
        if (!names.add(model.name())) {
          throw Reading.at(file, "the model \"" + model.name() + "\" is given twice");
        }
        models.add(model);
      }
      return models;
    } catch (TextProtoException e) {
      throw Reading.at(file, String.valueOf(e.getMessage()));
    }
  }

  private static Model model(Path file, JsonNode node) throws ModelLoadException {
    String name = Json.text(node, "name");
    String base = Json.text(node, "base_path");
    if (name.isEmpty() || base.isEmpty()) {
      throw Reading.at(
          file, "a model has no " + (name.isEmpty() ? "name" : "base_path (" + name + ")"));
    }
    var labels = new HashMap<String, Long>();
    for (Map.Entry<String, JsonNode> each : node.path("version_labels").properties()) {
      if (!each.getKey().matches("[a-zA-Z0-9_]+")) {
        throw Reading.at(
            file,
            "model "
                + name
                + ": the label \""
                + each.getKey()
                + "\" has characters beyond letters, digits and _");
      }
      labels.put(each.getKey(), each.getValue().asLong(0));
    }
    return new Model(name, base, policy(node.path("model_version_policy")), labels);
  }

  /// The policy of a parsed message, whose fields Triton has alike.
  static Versions.Policy policy(JsonNode policy) {
    if (policy.has("all")) {
      return new Versions.Policy.All();
    }
    if (policy.has("specific")) {
      var wanted = new ArrayList<Long>();
      policy.path("specific").path("versions").forEach(each -> wanted.add(each.asLong(0)));
      return new Versions.Policy.Specific(wanted);
    }
    long count = policy.path("latest").path("num_versions").asLong(1);
    return new Versions.Policy.Latest(Math.clamp(count, 1, Integer.MAX_VALUE));
  }
}
