package dev.slipway.inference.codec.tfserving;

import dev.slipway.inference.codec.proto.ProtoWriter;
import dev.slipway.inference.engine.Signature;
import dev.slipway.inference.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SequencedMap;

/// What gRPC clients of TensorFlow Serving are told.
public final class TfAnswers {
  /// The method of every signature whose own is not known.
  public static final String PREDICT_METHOD = "tensorflow/serving/predict";

  public static final String CLASSIFY_METHOD = "tensorflow/serving/classify";
  public static final String REGRESS_METHOD = "tensorflow/serving/regress";

  private static final String SIGNATURES = "type.googleapis.com/tensorflow.serving.SignatureDefMap";
  private static final int CAPACITY = 256;

  private TfAnswers() {}

  /// State of one version.
  ///
  /// @param version a number
  /// @param state of `ModelVersionStatus.State`: 10 start, 20 loading, 30 available, 40 unloading,
  /// 50 end
  /// @param code of a status, 0 for none
  public record Status(String version, int state, int code, String message) {}

  /// `PredictResponse`, in pieces to be sent one after the other.
  ///
  /// @param model that answered: with the version and signature it was
  public static List<ByteBuffer> predict(TfModelSpec model, List<Tensor> outputs) {
    var writer = new TfTensorWriter();
    outputs.forEach(output -> writer.entry(1, output));
    model.write(writer.fields(), 2);
    return writer.pieces();
  }

  /// `ClassificationResponse`.
  public static byte[] classify(TfModelSpec model, List<Tensor> outputs) {
    var writer = new ProtoWriter(CAPACITY);
    TfResults.writeClasses(writer, 1, outputs);
    model.write(writer, 2);
    return writer.toBytes();
  }

  /// `RegressionResponse`.
  public static byte[] regress(TfModelSpec model, List<Tensor> outputs) {
    var writer = new ProtoWriter(CAPACITY);
    TfResults.writeNumbers(writer, 1, outputs);
    model.write(writer, 2);
    return writer.toBytes();
  }

  /// One result of a `MultiInferenceResponse`, added to those before.
  public static void result(
      ProtoWriter writer, TfModelSpec model, String method, List<Tensor> outputs) {
    int mark = writer.begin(1);
    model.write(writer, 1);
    if (method.equals(CLASSIFY_METHOD)) {
      TfResults.writeClasses(writer, 2, outputs);
    } else {
      TfResults.writeNumbers(writer, 3, outputs);
    }
    writer.end(mark);
  }

  /// `GetModelMetadataResponse` with `signature_def`.
  public static byte[] metadata(TfModelSpec model, SequencedMap<String, Signature> signatures) {
    var map = new ProtoWriter(CAPACITY);
    signatures.forEach(
        (name, signature) -> {
          int entry = map.begin(1);
          map.writeString(1, name);
          signature(map, signature);
          map.end(entry);
        });
    var writer = new ProtoWriter(CAPACITY);
    model.write(writer, 1);
    int entry = writer.begin(2);
    writer.writeString(1, "signature_def");
    int any = writer.begin(2);
    writer.writeString(1, SIGNATURES).writeBytes(2, map.toBytes()).end(any);
    return writer.end(entry).toBytes();
  }

  /// `SignatureDef`.
  private static void signature(ProtoWriter writer, Signature signature) {
    int mark = writer.begin(2);
    tensors(writer, 1, signature.inputs());
    tensors(writer, 2, signature.outputs());
    writer.writeString(3, PREDICT_METHOD).end(mark);
  }

  /// Entries of a `map<string, TensorInfo>`.
  private static void tensors(ProtoWriter writer, int field, List<Signature.Spec> specs) {
    for (var spec : specs) {
      int entry = writer.begin(field);
      writer.writeString(1, spec.name());
      int value = writer.begin(2);
      writer.writeString(1, spec.name()).writeLong(2, TfTypes.number(spec.type()));
      var shape = spec.shape().stream().mapToLong(Long::longValue).toArray();
      TfTensorWriter.shape(writer, 3, shape);
      writer.end(value).end(entry);
    }
  }

  /// `GetModelStatusResponse`.
  public static byte[] status(List<Status> versions) {
    var writer = new ProtoWriter(CAPACITY);
    for (var each : versions) {
      int mark = writer.begin(1);
      if (each.version().matches("\\d{1,18}")) {
        writer.writeLong(1, Long.parseLong(each.version()));
      }
      writer.writeLong(2, each.state());
      problem(writer, 3, each.code(), each.message());
      writer.end(mark);
    }
    return writer.toBytes();
  }

  /// `ReloadConfigResponse`: done.
  public static byte[] reloaded() {
    var writer = new ProtoWriter(CAPACITY);
    problem(writer, 1, 0, "");
    return writer.toBytes();
  }

  private static void problem(ProtoWriter writer, int field, int code, String message) {
    int mark = writer.begin(field);
    writer.writeLong(1, code).writeString(2, message).end(mark);
  }
}
