package dev.slipway.inference.layout;

import dev.slipway.base.Json;
import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.engine.Signature;
import dev.slipway.inference.tensor.DataType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Inputs and outputs of a Triton configuration.
final class TritonTensors {
  private final Path directory;
  private final Path file;
  private final ObjectNode config;

  TritonTensors(Path directory, Path file, ObjectNode config) {
    this.directory = directory;
    this.file = file;
    this.config = config;
  }

  /// What clients see: the batch dimension in front where there is one. Empty where the
  /// configuration leaves it to the model.
  Optional<Signature> signature() throws ModelLoadException {
    List<Signature.Spec> inputs = specs("input");
    List<Signature.Spec> outputs = specs("output");
    return inputs.isEmpty() || outputs.isEmpty()
        ? Optional.empty()
        : Optional.of(new Signature(inputs, outputs));
  }

  private List<Signature.Spec> specs(String field) throws ModelLoadException {
    boolean batched = config.path("max_batch_size").asInt(0) > 0;
    var specs = new ArrayList<Signature.Spec>();
    Set<String> names = new HashSet<>();
    for (JsonNode each : config.path(field)) {
      String name = Json.text(each, "name");
      if (name.isEmpty() || !names.add(name)) {
        throw wrong(field, specs.size(), name.isEmpty() ? "name is missing" : "repeats a name");
      }
      List<Long> dims = dims(each.path("dims"), field, specs.size());
      if (dims.isEmpty() && !each.has("reshape")) {
        throw wrong(field, specs.size(), "(" + name + ") has no dims");
      }
      var shape = new ArrayList<Long>();
      if (batched) {
        shape.add(-1L);
      }
      shape.addAll(dims);
      boolean optional = each.path("optional").asBoolean(false);
      DataType type = type(Json.text(each, "data_type"), field + "[" + specs.size() + "]");
      specs.add(new Signature.Spec(name, type, shape, optional));
    }
    return specs;
  }

  private List<Long> dims(JsonNode dims, String field, int index) throws ModelLoadException {
    var found = new ArrayList<Long>();
    for (JsonNode each : dims) {
      long dimension = each.asLong(0);
      if (dimension < -1 || dimension == 0) {
        throw wrong(
            field, index, "has the dimension " + dimension + " (expected -1 or more than 0)");
      }
      found.add(dimension);
    }
    return found;
  }

  private ModelLoadException wrong(String field, int index, String what) {
    return Reading.at(file, field + "[" + index + "] " + what);
  }

  private DataType type(String word, String where) throws ModelLoadException {
    return type(word)
        .orElseThrow(() -> Reading.at(file, where + ".data_type is missing or TYPE_INVALID"));
  }

  /// The protocol's type of Triton's word.
  static Optional<DataType> type(String word) {
    if (word.equals("TYPE_STRING")) {
      return Optional.of(DataType.BYTES);
    }
    return DataType.parse(word.replaceFirst("^TYPE_", ""));
  }

  /// What the engine is given instead of the client's shape, without the batch dimension.
  Map<String, List<Long>> reshapes() throws ModelLoadException {
    var all = new HashMap<String, List<Long>>();
    for (String field : List.of("input", "output")) {
      for (JsonNode each : config.path(field)) {
        if (each.has("reshape")) {
          var shape = new ArrayList<Long>();
          each.path("reshape").path("shape").forEach(size -> shape.add(size.asLong(0)));
          checkReshape(field, each, shape);
          all.put(Json.text(each, "name"), List.copyOf(shape));
        }
      }
    }
    return all;
  }

  private void checkReshape(String field, JsonNode tensor, List<Long> shape)
      throws ModelLoadException {
    var dims = new ArrayList<Long>();
    tensor.path("dims").forEach(size -> dims.add(size.asLong(0)));
    boolean fixed = dims.stream().noneMatch(each -> each < 0);
    if (fixed && shape.stream().noneMatch(each -> each < 0) && count(dims) != count(shape)) {
      throw Reading.at(
          file,
          field
              + " \""
              + Json.text(tensor, "name")
              + "\": reshape "
              + shape
              + " has not as many"
              + " elements as dims "
              + dims);
    }
  }

  private static long count(List<Long> dims) {
    return dims.stream().reduce(1L, (a, b) -> a * b);
  }

  /// The class names of each output that has a label file.
  Map<String, List<String>> classLabels() throws ModelLoadException {
    var all = new HashMap<String, List<String>>();
    for (JsonNode each : config.path("output")) {
      String label = Json.text(each, "label_filename");
      if (!label.isEmpty()) {
        Path labels = directory.resolve(label).normalize();
        if (!labels.startsWith(directory) || !Files.isRegularFile(labels)) {
          throw Reading.at(
              file,
              "output \""
                  + Json.text(each, "name")
                  + "\": label_filename \""
                  + label
                  + "\" is no file of "
                  + directory);
        }
        all.put(Json.text(each, "name"), Reading.text(labels).lines().toList());
      }
    }
    return all;
  }
}
