package dev.slipway.inference.codec.v1;

import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.tensor.Tensor;
import java.util.List;
import java.util.Map;

/// What a V1 client asks.
///
/// @param signatureName `signature_name`; `""` for none
/// @param parameters `parameters`: `String`, `Long`, `Double`, `Boolean`, or their lists and maps
/// @param inputs one tensor, or one for each column
/// @param named whether the client named the inputs
public record V1Request(
    String signatureName, Map<String, Object> parameters, List<Tensor> inputs, boolean named) {
  /// What the engine is asked: all outputs.
  ///
  /// @param signature used where the client names none
  public Invocation invocation(String signature) {
    return new Invocation(
        signatureName.isEmpty() ? signature : signatureName, inputs, List.of(), parameters);
  }
}
