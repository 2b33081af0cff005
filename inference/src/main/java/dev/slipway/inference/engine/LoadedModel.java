package dev.slipway.inference.engine;

import dev.slipway.inference.tensor.Tensor;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Consumer;

/// A model in memory. Thread-safe.
public interface LoadedModel extends AutoCloseable {
  /// What can be asked of the model, by name; the first is what a request gets that names none:
  /// `predict`, `predict_proba`; `serving_default`.
  SequencedMap<String, Signature> signatures();

  /// Computes. Called on threads that may block, many at a time.
  ///
  /// @return the outputs of the signature in its order; where `call.outputs()` names some, those
  /// @throws InvalidInputException if the inputs are not what the model takes: the message names
  /// the
  /// input, shape or datatype found, and the one expected
  /// @throws InferenceFailedException if the model fails on valid inputs
  List<Tensor> infer(Invocation call);

  /// As [#infer(Invocation)] for models that answer in pieces; others give their one answer.
  default void stream(Invocation call, Consumer<List<Tensor>> each) {
    each.accept(infer(call));
  }

  /// What the V2 metadata calls `platform`: `sklearn`, `onnxruntime_onnx`.
  String platform();

  /// Memory held, heap and native, in bytes; an estimate.
  long memoryBytes();

  /// Whether rows of several requests may be joined along the first dimension of every input, with
  /// the outputs cut again likewise.
  boolean batchable();

  /// Frees native memory. Called once, when no call is under way.
  @Override
  void close();
}
