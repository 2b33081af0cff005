package dev.slipway.inference.codec.v1;

import dev.slipway.inference.codec.json.JsonWriter;
import dev.slipway.inference.codec.json.TensorWriter;
import dev.slipway.inference.tensor.Tensor;
import java.util.List;

/// Writes the answer to `POST /v1/models/MODEL:predict`.
///
/// One output is an array nested as its shape is. Several of one number of rows are an array of
/// objects, one a row; others an object of columns. Numbers that are not finite are `NaN`,
/// `Infinity`, `-Infinity`, as Python's `json` writes them.
public final class V1ResponseWriter {
  private static final int HEAD_BYTES = 64;
  private static final int ELEMENT_BYTES = 12;

  private V1ResponseWriter() {}

  public static byte[] write(List<Tensor> outputs) {
    var writer = new JsonWriter(expected(outputs));
    writer.beginObject().name("predictions");
    predictions(writer, outputs);
    return writer.endObject().toBytes();
  }

  /// As [#write], with the joined call that the answer comes from, as KServe's agent writes it.
  ///
  /// @see <a href="https://github.com/kserve/kserve/blob/master/pkg/batcher/handler.go">its
  ///     Response</a>
  public static byte[] writeBatched(String batch, List<Tensor> outputs, boolean table) {
    var writer = new JsonWriter(expected(outputs));
    writer.beginObject().name("message").value("");
    writer.name("batchId").value(batch).name("predictions");
    if (table && sameRows(outputs)) {
      rows(writer, outputs);
    } else {
      predictions(writer, outputs);
    }
    return writer.endObject().toBytes();
  }

  /// As [#write], but that each row is an object although there is one output: a table, as a PMML
  /// server answers.
  public static byte[] writeTable(List<Tensor> outputs) {
    if (!sameRows(outputs)) {
      return write(outputs);
    }
    var writer = new JsonWriter(expected(outputs));
    writer.beginObject().name("predictions");
    rows(writer, outputs);
    return writer.endObject().toBytes();
  }

  private static int expected(List<Tensor> outputs) {
    long elements = 0;
    for (var output : outputs) {
      elements += output.size();
    }
    return (int) Math.min(HEAD_BYTES + elements * ELEMENT_BYTES, 1 << 20);
  }

  /// What stands under `predictions`.
  public static void predictions(JsonWriter writer, List<Tensor> outputs) {
    if (outputs.size() == 1) {
      TensorWriter.nested(writer, outputs.getFirst());
    } else if (sameRows(outputs)) {
      rows(writer, outputs);
    } else {
      writer.beginObject();
      for (var output : outputs) {
        TensorWriter.nested(writer.name(output.name()), output);
      }
      writer.endObject();
    }
  }

  private static boolean sameRows(List<Tensor> outputs) {
    for (var output : outputs) {
      if (output.shape().length == 0 || output.rows() != outputs.getFirst().rows()) {
        return false;
      }
    }
    return true;
  }

  private static void rows(JsonWriter writer, List<Tensor> outputs) {
    var columns = outputs.stream().map(output -> new TensorWriter(writer, output, true)).toList();
    int rows = outputs.isEmpty() ? 0 : outputs.getFirst().rows();
    writer.beginArray();
    for (int row = 0; row < rows; row++) {
      writer.beginObject();
      for (int i = 0; i < columns.size(); i++) {
        writer.name(outputs.get(i).name());
        columns.get(i).row(row);
      }
      writer.endObject();
    }
    writer.endArray();
  }
}
