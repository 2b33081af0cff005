package dev.slipway.inference.codec.v2;

import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.tensor.Tensor;
import java.util.List;
import java.util.Map;

/// What a client asks, over HTTP or gRPC.
///
/// @param id to be echoed; `""` for none
/// @param parameters of the request, without `binary_data_output`: `String`, `Long`, `Double` or
/// `Boolean`; objects and arrays as their JSON text
/// @param inputs in the client's order, views of the body where it sent bytes
/// @param inputParameters by input, where it has other parameters than those of the wire
/// @param outputs wanted; empty for all
/// @param binaryOutput whether outputs that do not say otherwise go as bytes
public record V2Request(
    String id,
    Map<String, Object> parameters,
    List<Tensor> inputs,
    Map<String, Map<String, Object>> inputParameters,
    List<RequestedOutput> outputs,
    boolean binaryOutput) {

  /// A request of nothing but its inputs.
  public static V2Request of(List<Tensor> inputs, boolean binaryOutput) {
    return new V2Request("", Map.of(), inputs, Map.of(), List.of(), binaryOutput);
  }

  /// What the engine is asked.
  ///
  /// @param signature a name of the model's signatures; `""` for the first
  public Invocation invocation(String signature) {
    var names =
        outputs.isEmpty()
            ? List.<String>of()
            : outputs.stream().map(RequestedOutput::name).toList();
    return new Invocation(signature, inputs, names, parameters);
  }
}
