package dev.slipway.inference.codec.v2;

import dev.slipway.inference.tensor.Tensor;
import java.util.List;
import java.util.Map;

/// A model's answer.
///
/// @param modelVersion `""` for none
/// @param id the request's, or one made up; `""` for none
/// @param parameters `String`, `Long`, `Double` or `Boolean`
/// @param labels names of the classes by output, for those with a label file
public record V2Response(
    String modelName,
    String modelVersion,
    String id,
    Map<String, Object> parameters,
    List<Tensor> outputs,
    Map<String, List<String>> labels) {
  /// An answer without parameters and labels.
  public static V2Response of(
      String modelName, String modelVersion, String id, List<Tensor> outputs) {
    return new V2Response(modelName, modelVersion, id, Map.of(), outputs, Map.of());
  }
}
