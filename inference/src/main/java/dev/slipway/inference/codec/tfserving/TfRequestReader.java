package dev.slipway.inference.codec.tfserving;

import dev.slipway.inference.codec.json.JsonKind;
import dev.slipway.inference.codec.json.JsonOptions;
import dev.slipway.inference.codec.json.JsonReader;
import dev.slipway.inference.codec.v1.InferredTensors;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.engine.Signature;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Reads the body of `POST …:predict`: exactly one of `instances` (rows) and `inputs` (columns).
public final class TfRequestReader {
  private final JsonReader reader;
  private final byte[] body;
  private final Function<String, Signature> signatures;

  private TfRequestReader(byte[] body, Function<String, Signature> signatures) {
    this.body = body;
    this.reader = new JsonReader(body, JsonOptions.LENIENT);
    this.signatures = signatures;
  }

  /// @param signatures gives the signature of a name, `""` for the default one; throws for others
  /// @throws InvalidInputException if the body is no such document
  public static TfRequest read(byte[] body, Function<String, Signature> signatures) {
    return new TfRequestReader(body, signatures).read();
  }

  private TfRequest read() {
    var name = "";
    int instances = -1;
    int inputs = -1;
    reader.beginObject();
    while (reader.nextField()) {
      switch (reader.name()) {
        case "signature_name" -> name = text();
        case "instances" -> {
          instances = reader.position();
          reader.skip();
        }
        case "inputs" -> {
          inputs = reader.position();
          reader.skip();
        }
        default -> reader.skip();
      }
    }
    reader.end();
    if (instances >= 0 == inputs >= 0) {
      throw new InvalidInputException(
          instances >= 0
              ? "Formatting error: a request has \"instances\" or \"inputs\", not both"
              : "Missing 'inputs' or 'instances' key");
    }
    var signature = signatures.apply(name);
    boolean rows = instances >= 0;
    var tensors = rows ? rows(instances, signature) : columns(inputs, signature);
    return new TfRequest(name, cast(tensors, signature), rows);
  }

  private String text() {
    if (reader.peek() == JsonKind.STRING) {
      return reader.readString();
    }
    reader.skip();
    return "";
  }

  private JsonReader at(int position) {
    return new JsonReader(body, position, body.length - position, JsonOptions.LENIENT);
  }

  private List<Tensor> rows(int position, Signature signature) {
    var names = signature.inputs().stream().map(Signature.Spec::name).toList();
    return InferredTensors.rows(at(position), "instances", names);
  }

  private List<Tensor> columns(int position, Signature signature) {
    var values = at(position);
    if (values.peek() == JsonKind.OBJECT && !onlyBase64(position)) {
      return InferredTensors.columns(values);
    }
    if (signature.inputs().size() != 1) {
      throw new InvalidInputException(
          "inputs: the signature has "
              + signature.inputs().size()
              + " inputs, so \"inputs\" must be an object with a field for each");
    }
    return List.of(InferredTensors.one(values, signature.inputs().getFirst().name()));
  }

  private boolean onlyBase64(int position) {
    var object = at(position);
    object.beginObject();
    return object.nextField() && object.name().equals("b64");
  }

  /// Numbers as the signature has them: integers become floats and narrower integers.
  private static List<Tensor> cast(List<Tensor> tensors, Signature signature) {
    var cast = new ArrayList<Tensor>();
    for (var tensor : tensors) {
      var spec =
          signature.inputs().stream().filter(each -> each.name().equals(tensor.name())).findFirst();
      cast.add(spec.isPresent() ? cast(tensor, spec.get()) : tensor);
    }
    return cast;
  }

  private static Tensor cast(Tensor tensor, Signature.Spec spec) {
    boolean text = tensor.type() == DataType.BYTES;
    if (tensor.type() == spec.type()) {
      return tensor;
    }
    boolean loses = tensor.type().floating() && !spec.type().floating();
    boolean kinds = text != (spec.type() == DataType.BYTES);
    boolean truth = (tensor.type() == DataType.BOOL) != (spec.type() == DataType.BOOL);
    if (loses || kinds || truth) {
      throw new InvalidInputException(
          "input \""
              + tensor.name()
              + "\": found "
              + tensor.type()
              + ", expected "
              + TfTypes.name(spec.type()));
    }
    return tensor.cast(spec.type());
  }
}
