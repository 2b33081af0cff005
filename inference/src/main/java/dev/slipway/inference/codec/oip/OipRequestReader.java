package dev.slipway.inference.codec.oip;

import dev.slipway.inference.codec.json.TensorReader;
import dev.slipway.inference.codec.proto.ProtoReader;
import dev.slipway.inference.codec.v2.BinaryData;
import dev.slipway.inference.codec.v2.RequestedOutput;
import dev.slipway.inference.codec.v2.V2Request;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads one `ModelInferRequest`. Raw contents may come before the inputs they belong to, so
/// tensors
/// are made at the end.
final class OipRequestReader {
  private static final int MAX_RANK = 64;

  private final byte[] bytes;
  private final List<Input> inputs = new ArrayList<>(2);
  private List<ByteBuffer> raw = List.of();
  private List<RequestedOutput> outputs = List.of();
  private String modelName = "";
  private String modelVersion = "";
  private String id = "";
  private Map<String, Object> parameters = Map.of();

  OipRequestReader(byte[] bytes) {
    this.bytes = bytes;
  }

  OipInferRequest read(ProtoReader reader) {
    while (reader.nextField()) {
      switch (reader.field()) {
        case 1 -> modelName = reader.readString();
        case 2 -> modelVersion = reader.readString();
        case 3 -> id = reader.readString();
        case 4 -> parameters = OipParameters.add(parameters, reader);
        case 5 -> inputs.add(new Input(inputs.size(), reader.readMessage()));
        case 6 -> outputs = with(outputs, output(reader.readMessage()));
        case 7 -> raw = with(raw, reader.readView());
        default -> reader.skip();
      }
    }
    var tensors = tensors();
    var request =
        new V2Request(id, parameters, tensors, inputParameters(), outputs, !raw.isEmpty());
    return new OipInferRequest(modelName, modelVersion, request);
  }

  /// Most requests have none of these.
  private static <T> List<T> with(List<T> list, T element) {
    List<T> grown = list.isEmpty() ? new ArrayList<>(2) : list;
    grown.add(element);
    return grown;
  }

  private List<Tensor> tensors() {
    if (!raw.isEmpty() && raw.size() != inputs.size()) {
      throw new InvalidInputException(
          "request: expected one of raw_input_contents for each of "
              + inputs.size()
              + " inputs, found "
              + raw.size());
    }
    var tensors = new ArrayList<Tensor>(inputs.size());
    requireDistinct();
    for (int i = 0; i < inputs.size(); i++) {
      var input = inputs.get(i);
      tensors.add(raw.isEmpty() ? input.typed() : input.raw(bytes, raw.get(i)));
    }
    return tensors;
  }

  private void requireDistinct() {
    if (inputs.size() > 1) {
      var names = new HashSet<String>();
      for (var input : inputs) {
        if (!names.add(input.name)) {
          throw new InvalidInputException("input \"" + input.name + "\" found twice");
        }
      }
    }
  }

  private Map<String, Map<String, Object>> inputParameters() {
    Map<String, Map<String, Object>> found = Map.of();
    for (var input : inputs) {
      if (!input.parameters.isEmpty()) {
        found = found.isEmpty() ? new HashMap<>() : found;
        found.put(input.name, input.parameters);
      }
    }
    return found;
  }

  private static RequestedOutput output(ProtoReader reader) {
    var name = "";
    Map<String, Object> parameters = Map.of();
    while (reader.nextField()) {
      switch (reader.field()) {
        case 1 -> name = reader.readString();
        case 2 -> parameters = OipParameters.add(parameters, reader);
        default -> reader.skip();
      }
    }
    return new RequestedOutput(name, Optional.empty(), classes(name, parameters), parameters);
  }

  private static int classes(String name, Map<String, Object> parameters) {
    var found = parameters.getOrDefault("classification", 0L);
    if (found instanceof Long count && count >= 0 && count <= Integer.MAX_VALUE) {
      return count.intValue();
    }
    throw new InvalidInputException(
        "output \""
            + name
            + "\": parameter \"classification\" expected an integer from 0 on, found "
            + found);
  }

  /// `InferInputTensor`, its contents not read yet.
  private static final class Input {
    private final int index;
    private String name = "";
    private String datatype = "";
    private long[] shape = new long[2];
    private int rank;
    private Map<String, Object> parameters = Map.of();
    private Optional<ProtoReader> contents = Optional.empty();

    Input(int index, ProtoReader reader) {
      this.index = index;
      while (reader.nextField()) {
        switch (reader.field()) {
          case 1 -> name = reader.readString();
          case 2 -> datatype = reader.readString();
          case 3 -> reader.readLongs(this::dimension);
          case 4 -> parameters = OipParameters.add(parameters, reader);
          case 5 -> contents = Optional.of(reader.readMessage());
          default -> reader.skip();
        }
      }
      shape = Arrays.copyOf(shape, rank);
    }

    private void dimension(long dimension) {
      if (rank == MAX_RANK) {
        throw new InvalidInputException(
            "inputs[" + index + "]: shape of more than " + MAX_RANK + " dimensions");
      }
      if (rank == shape.length) {
        shape = Arrays.copyOf(shape, rank * 2);
      }
      shape[rank++] = dimension;
    }

    private DataType type() {
      return DataType.parse(datatype)
          .orElseThrow(
              () ->
                  new InvalidInputException(
                      "input \""
                          + name
                          + "\": expected a datatype, one of "
                          + Arrays.toString(DataType.values())
                          + ", found \""
                          + datatype
                          + "\""));
    }

    Tensor typed() {
      var type = type();
      if (parameters.containsKey("shared_memory_region")) {
        throw new InvalidInputException(
            TensorReader.describe(name, type, shape)
                + ": shared memory is not supported, expected contents");
      }
      var reader = contents.orElseGet(() -> ProtoReader.of(new byte[0]));
      return OipContents.read(name, type, shape, reader);
    }

    Tensor raw(byte[] bytes, ByteBuffer view) {
      var type = type();
      if (contents.isPresent() && contents.get().remaining() > 0) {
        throw new InvalidInputException(
            TensorReader.describe(name, type, shape)
                + ": found contents beside raw_input_contents, expected one of them");
      }
      int offset = view.arrayOffset() + view.position();
      return BinaryData.read(name, type, shape, bytes, offset, view.remaining());
    }
  }
}
