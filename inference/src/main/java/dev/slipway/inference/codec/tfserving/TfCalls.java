package dev.slipway.inference.codec.tfserving;

import dev.slipway.inference.codec.proto.ProtoReader;
import dev.slipway.inference.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/// What gRPC clients of TensorFlow Serving ask.
///
/// Source: tensorflow/serving, `apis/*.proto`, 2.20.
public final class TfCalls {
  private TfCalls() {}

  /// `PredictRequest`.
  ///
  /// @param outputs `output_filter`: names wanted, empty for all
  public record Predict(TfModelSpec model, List<Tensor> inputs, List<String> outputs) {
    public Predict {
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
    }
  }

  /// `ClassificationRequest` and `RegressionRequest`.
  public record Examples(TfModelSpec model, TfInput input) {}

  /// One of several questions about the same input.
  ///
  /// @param method `tensorflow/serving/classify` or `tensorflow/serving/regress`
  public record Task(TfModelSpec model, String method) {}

  /// `MultiInferenceRequest`.
  public record Multi(List<Task> tasks, TfInput input) {
    public Multi {
      tasks = List.copyOf(tasks);
    }
  }

  /// `GetModelMetadataRequest`.
  public record Metadata(TfModelSpec model, List<String> fields) {
    public Metadata {
      fields = List.copyOf(fields);
    }
  }

  /// @param message must not change any more: raw tensors are views of it
  /// @throws dev.slipway.inference.engine.InvalidInputException if it is malformed
  public static Predict predict(byte[] message) {
    var model = TfModelSpec.NONE;
    var inputs = new LinkedHashMap<String, Tensor>();
    var outputs = new ArrayList<String>();
    var tensors = new TfTensorReader();
    var reader = ProtoReader.of(message);
    while (reader.nextField()) {
      switch (reader.field()) {
        case 1 -> model = TfModelSpec.read(reader.readMessage());
        case 2 -> {
          var tensor = input(reader.readMessage(), tensors);
          inputs.put(tensor.name(), tensor);
        }
        case 3 -> outputs.add(reader.readString());
        default -> reader.skip();
      }
    }
    return new Predict(model, List.copyOf(inputs.values()), outputs);
  }

  private static Tensor input(ProtoReader reader, TfTensorReader tensors) {
    var name = "";
    var value = ByteBuffer.allocate(0);
    while (reader.nextField()) {
      switch (reader.field()) {
        case 1 -> name = reader.readString();
        case 2 -> value = reader.readView();
        default -> reader.skip();
      }
    }
    return tensors.read(name, value);
  }

  /// As [#predict].
  public static Examples examples(byte[] message) {
    var model = TfModelSpec.NONE;
    var input = new TfInput(List.of());
    var reader = ProtoReader.of(message);
    while (reader.nextField()) {
      switch (reader.field()) {
        case 1 -> model = TfModelSpec.read(reader.readMessage());
        case 2 -> input = TfInput.read(reader.readMessage());
        default -> reader.skip();
      }
    }
    return new Examples(model, input);
  }

  /// As [#predict].
  public static Multi multi(byte[] message) {
    var tasks = new ArrayList<Task>();
    var input = new TfInput(List.of());
    var reader = ProtoReader.of(message);
    while (reader.nextField()) {
      switch (reader.field()) {
        case 1 -> tasks.add(task(reader.readMessage()));
        case 2 -> input = TfInput.read(reader.readMessage());
        default -> reader.skip();
      }
    }
    return new Multi(tasks, input);
  }

  private static Task task(ProtoReader reader) {
    var model = TfModelSpec.NONE;
    var method = "";
    while (reader.nextField()) {
      switch (reader.field()) {
        case 1 -> model = TfModelSpec.read(reader.readMessage());
        case 2 -> method = reader.readString();
        default -> reader.skip();
      }
    }
    return new Task(model, method);
  }

  /// As [#predict].
  public static Metadata metadata(byte[] message) {
    var model = TfModelSpec.NONE;
    var fields = new ArrayList<String>();
    var reader = ProtoReader.of(message);
    while (reader.nextField()) {
      switch (reader.field()) {
        case 1 -> model = TfModelSpec.read(reader.readMessage());
        case 2 -> fields.add(reader.readString());
        default -> reader.skip();
      }
    }
    return new Metadata(model, fields);
  }

  /// The model of a `GetModelStatusRequest`.
  public static TfModelSpec status(byte[] message) {
    return metadata(message).model();
  }
}
