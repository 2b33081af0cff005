package dev.slipway.inference.engine;

import dev.slipway.inference.tensor.Tensor;
import java.util.List;
import java.util.Map;

/// What one request asks of a model.
///
/// @param signature a name of [LoadedModel#signatures()]; `""` for the first
/// @param inputs in the client's order; several one-column inputs of the same number of rows are
/// the
/// columns of a table
/// @param outputs names wanted; empty for all
/// @param parameters of the request: `String`, `Long`, `Double` or `Boolean` by name
public record Invocation(
    String signature, List<Tensor> inputs, List<String> outputs, Map<String, Object> parameters) {

  /// The first signature, all outputs, no parameters.
  public static Invocation of(List<Tensor> inputs) {
    return new Invocation("", inputs, List.of(), Map.of());
  }

  public static Invocation of(Tensor... inputs) {
    return of(List.of(inputs));
  }
}
