package dev.slipway.inference.codec.tfserving;

import dev.slipway.inference.codec.json.JsonWriter;
import dev.slipway.inference.codec.proto.ProtoWriter;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// The results of classify and regress, for each example: labels with scores, or a number. As in
/// TensorFlow Serving a score without a label has an empty one, and a label without a score has 0.
///
/// Source: tensorflow/serving, `servables/tensorflow/classifier.cc` and `regressor.cc`.
public final class TfResults {
  private static final int CAPACITY = 256;

  private TfResults() {}

  /// Labels and scores of all examples, row by row.
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Scored(int rows, int width, byte[][] labels, float[] scores) {
    private String label(int index) {
      return labels.length == 0 ? "" : new String(labels[index], StandardCharsets.UTF_8);
    }

    private float score(int index) {
      return scores.length == 0 ? 0 : scores[index];
    }
  }

  /// @throws InvalidInputException if the model gives neither labels nor scores
  private static Scored scored(List<Tensor> outputs) {
    var labels = named(outputs, "classes").or(() -> byKind(outputs, true));
    var scores = named(outputs, "scores").or(() -> byKind(outputs, false));
    var shape = scores.or(() -> labels);
    if (shape.isEmpty()) {
      throw new InvalidInputException("the signature gives no classes and no scores");
    }
    if (labels.isPresent() && labels.get().size() != shape.get().size()) {
      throw new InvalidInputException(
          "classes " + labels.get() + " and scores " + shape.get() + " differ in shape");
    }
    return new Scored(
        shape.get().rows(),
        shape.get().width(),
        labels.map(TfResults::texts).orElse(new byte[0][]),
        scores.map(Tensor::asFloats).orElse(new float[0]));
  }

  private static byte[][] texts(Tensor labels) {
    if (labels.type() == DataType.BYTES) {
      return labels.strings();
    }
    var numbers = labels.asLongs();
    var texts = new byte[numbers.length][];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = Long.toString(numbers[i]).getBytes(StandardCharsets.US_ASCII);
    }
    return texts;
  }

  private static Optional<Tensor> named(List<Tensor> outputs, String name) {
    return outputs.stream().filter(output -> output.name().equals(name)).findFirst();
  }

  private static Optional<Tensor> byKind(List<Tensor> outputs, boolean labels) {
    return outputs.stream().filter(output -> labels == !output.type().floating()).findFirst();
  }

  /// `{"result": [[["a", 0.7], ["b", 0.3]], …]}`.
  ///
  /// @throws InvalidInputException if the model gives neither labels nor scores
  public static byte[] classify(List<Tensor> outputs) {
    var scored = scored(outputs);
    var writer = new JsonWriter(CAPACITY).beginObject().name("result").beginArray();
    for (int row = 0; row < scored.rows(); row++) {
      writer.beginArray();
      for (int i = row * scored.width(); i < (row + 1) * scored.width(); i++) {
        writer.beginArray().value(scored.label(i)).value(scored.score(i)).endArray();
      }
      writer.endArray();
    }
    return writer.endArray().endObject().toBytes();
  }

  /// `{"result": [1.5, …]}`.
  ///
  /// @throws InvalidInputException if the first output is no number for each example
  public static byte[] regress(List<Tensor> outputs) {
    var writer = new JsonWriter(CAPACITY).beginObject().name("result").beginArray();
    for (float value : numbers(outputs)) {
      writer.value(value);
    }
    return writer.endArray().endObject().toBytes();
  }

  private static float[] numbers(List<Tensor> outputs) {
    var values = named(outputs, "outputs").orElse(outputs.getFirst());
    if (values.type() == DataType.BYTES || values.width() != 1) {
      throw new InvalidInputException("output " + values + " is not one number for each example");
    }
    return values.asFloats();
  }

  /// A `ClassificationResult`.
  public static void writeClasses(ProtoWriter writer, int field, List<Tensor> outputs) {
    var scored = scored(outputs);
    int result = writer.begin(field);
    for (int row = 0; row < scored.rows(); row++) {
      int classes = writer.begin(1);
      for (int i = row * scored.width(); i < (row + 1) * scored.width(); i++) {
        int one = writer.begin(1);
        writer.writeString(1, scored.label(i)).writeFloat(2, scored.score(i)).end(one);
      }
      writer.end(classes);
    }
    writer.end(result);
  }

  /// A `RegressionResult`.
  public static void writeNumbers(ProtoWriter writer, int field, List<Tensor> outputs) {
    int result = writer.begin(field);
    for (float value : numbers(outputs)) {
      int one = writer.begin(1);
      writer.writeFloat(1, value).end(one);
    }
    writer.end(result);
  }
}
