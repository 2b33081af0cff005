package dev.slipway.inference.codec.tfserving;

import dev.slipway.inference.codec.json.JsonWriter;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/// The `result` of classify and regress.
public final class TfResults {
  private static final int CAPACITY = 256;

  private TfResults() {}

  /// Labels with scores for each example: `[[["a", 0.7], ["b", 0.3]], …]`. A score without a label
  /// has its position for one; a label without scores has 1.
  ///
  /// @throws InvalidInputException if the model gives neither labels nor scores
  public static byte[] classify(List<Tensor> outputs) {
    var labels = named(outputs, "classes").or(() -> byKind(outputs, true));
    var scores = named(outputs, "scores").or(() -> byKind(outputs, false));
    if (labels.isEmpty() && scores.isEmpty()) {
      throw new InvalidInputException("the signature gives no classes and no scores");
    }
    var shape = scores.or(() -> labels).orElseThrow();
    var writer = new JsonWriter(CAPACITY).beginObject().name("result").beginArray();
    for (int row = 0; row < shape.rows(); row++) {
      writer.beginArray();
      for (int i = row * shape.width(); i < (row + 1) * shape.width(); i++) {
        writer.beginArray();
        writer.value(label(labels, i, i - row * shape.width()));
        writer.value(scores.isPresent() ? scores.get().asDoubles()[i] : 1.0);
        writer.endArray();
      }
      writer.endArray();
    }
    return writer.endArray().endObject().toBytes();
  }

  private static String label(Optional<Tensor> labels, int index, int position) {
    if (labels.isEmpty()) {
      return Integer.toString(position);
    }
    var tensor = labels.get();
    return tensor.type() == DataType.BYTES
        ? tensor.text(index)
        : Long.toString(tensor.asLongs()[index]);
  }

  private static Optional<Tensor> named(List<Tensor> outputs, String name) {
    return outputs.stream().filter(output -> output.name().equals(name)).findFirst();
  }

  private static Optional<Tensor> byKind(List<Tensor> outputs, boolean labels) {
    return outputs.stream().filter(output -> labels == !output.type().floating()).findFirst();
  }

  /// A number for each example.
  ///
  /// @throws InvalidInputException if the first output is no number a row
  public static byte[] regress(List<Tensor> outputs) {
    var values = named(outputs, "outputs").orElse(outputs.getFirst());
    if (values.type() == DataType.BYTES || values.width() != 1) {
      throw new InvalidInputException("output " + values + " is not one number for each example");
    }
    var writer = new JsonWriter(CAPACITY).beginObject().name("result").beginArray();
    for (double value : values.asDoubles()) {
      writer.value(value);
    }
    return writer.endArray().endObject().toBytes();
  }
}
