package dev.slipway.app;

import dev.slipway.dataplane.model.Model;
import dev.slipway.dataplane.model.Servable;
import dev.slipway.inference.engine.Signature;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// What is served, for people: a row a version.
final class ServedTable {
  private static final int MOST_TENSORS = 3;

  private ServedTable() {}

  /// @param base `http://127.0.0.1:8080`
  static List<List<String>> rows(List<Model> models, String base) {
    var rows = new ArrayList<List<String>>();
    rows.add(List.of("NAME", "VERSION", "FORMAT", "INPUTS", "OUTPUTS", "ADDRESS"));
    for (var model : models) {
      for (var servable : model.versions()) {
        rows.add(row(servable, base));
      }
    }
    return rows;
  }

  private static List<String> row(Servable servable, String base) {
    var signature = servable.signatures().firstEntry().getValue();
    return List.of(
        servable.name(),
        servable.version(),
        servable.format(),
        tensors(signature.inputs()),
        tensors(signature.outputs()),
        base + "/v2/models/" + servable.name());
  }

  /// `x FP64[-1,4], y …`
  private static String tensors(List<Signature.Spec> specs) {
    var shown =
        specs.stream()
            .limit(MOST_TENSORS)
            .map(ServedTable::tensor)
            .collect(Collectors.joining(", "));
    int more = specs.size() - MOST_TENSORS;
    return more > 0 ? shown + " and " + more + " more" : shown;
  }

  private static String tensor(Signature.Spec spec) {
    var shape =
        spec.shape().stream()
            .map(dimension -> dimension < 0 ? "?" : Long.toString(dimension))
            .collect(Collectors.joining(","));
    return spec.name() + " " + spec.type() + "[" + shape + "]";
  }
}
