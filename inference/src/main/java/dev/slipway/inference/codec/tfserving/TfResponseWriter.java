package dev.slipway.inference.codec.tfserving;

import dev.slipway.inference.codec.json.JsonWriter;
import dev.slipway.inference.codec.json.TensorWriter;
import dev.slipway.inference.codec.v1.V1ResponseWriter;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.util.List;

/// Writes answers in the form the request had. A single output loses its name; byte strings of
/// outputs whose names end in `_bytes` go as base64.
public final class TfResponseWriter {
  private static final int CAPACITY = 256;
  private static final String BYTES_SUFFIX = "_bytes";

  private TfResponseWriter() {}

  public static byte[] write(List<Tensor> outputs, boolean rows) {
    var writer = new JsonWriter(CAPACITY).beginObject();
    if (rows) {
      writer.name("predictions");
      if (outputs.stream().anyMatch(TfResponseWriter::encoded)) {
        encodedRows(writer, outputs);
      } else {
        V1ResponseWriter.predictions(writer, outputs);
      }
    } else {
      columns(writer.name("outputs"), outputs);
    }
    return writer.endObject().toBytes();
  }

  private static boolean encoded(Tensor output) {
    return output.type() == DataType.BYTES && output.name().endsWith(BYTES_SUFFIX);
  }

  private static void columns(JsonWriter writer, List<Tensor> outputs) {
    if (outputs.size() == 1) {
      value(writer, outputs.getFirst());
      return;
    }
    writer.beginObject();
    for (var output : outputs) {
      value(writer.name(output.name()), output);
    }
    writer.endObject();
  }

  private static void value(JsonWriter writer, Tensor output) {
    if (encoded(output)) {
      encoded(writer, output, 0, 0, output.size());
    } else {
      TensorWriter.nested(writer, output);
    }
  }

  private static void encodedRows(JsonWriter writer, List<Tensor> outputs) {
    writer.beginArray();
    for (int row = 0; row < outputs.getFirst().rows(); row++) {
      if (outputs.size() == 1) {
        row(writer, outputs.getFirst(), row);
      } else {
        writer.beginObject();
        for (var output : outputs) {
          row(writer.name(output.name()), output, row);
        }
        writer.endObject();
      }
    }
    writer.endArray();
  }

  private static void row(JsonWriter writer, Tensor output, int row) {
    if (encoded(output)) {
      encoded(writer, output, 1, row * output.width(), output.width());
    } else {
      new TensorWriter(writer, output, true).row(row);
    }
  }

  /// Nested arrays of `{"b64": …}`.
  private static void encoded(JsonWriter writer, Tensor output, int level, int from, int count) {
    var shape = output.shape();
    if (level == shape.length) {
      writer.beginObject().name("b64").base64(output.strings()[from]).endObject();
      return;
    }
    int length = (int) shape[level];
    writer.beginArray();
    for (int i = 0; i < length; i++) {
      encoded(writer, output, level + 1, from + i * (count / length), count / length);
    }
    writer.endArray();
  }
}
