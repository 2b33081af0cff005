package dev.slipway.engines.onnx;

import dev.slipway.engines.onnx.ValueType.Dense;
import dev.slipway.engines.onnx.ValueType.Mapping;
import dev.slipway.engines.onnx.ValueType.Maybe;
import dev.slipway.engines.onnx.ValueType.Port;
import dev.slipway.engines.onnx.ValueType.Sequence;
import dev.slipway.inference.tensor.DataType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// Reads what a session declares of its inputs and outputs.
final class PortReader implements AutoCloseable {
  private static final int TENSOR = 1;
  private static final int SEQUENCE = 2;
  private static final int MAP = 3;
  private static final int OPTIONAL = 6;
  private static final int LONGEST_NAME = 64;

  private final long session;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment out = arena.allocate(ValueLayout.JAVA_LONG);

  private PortReader(long session) {
    this.session = session;
  }

  static List<Port> inputs(long session) throws OrtFailure {
    try (var reader = new PortReader(session)) {
      return reader.read(Ort.INPUT_COUNT, Ort.INPUT_NAME, Ort.INPUT_TYPE);
    }
  }

  static List<Port> outputs(long session) throws OrtFailure {
    try (var reader = new PortReader(session)) {
      return reader.read(Ort.OUTPUT_COUNT, Ort.OUTPUT_NAME, Ort.OUTPUT_TYPE);
    }
  }

  private List<Port> read(OrtCall count, OrtCall name, OrtCall type) throws OrtFailure {
    Ort.check(count.of(session, out.address()));
    int ports = (int) result();
    var list = new ArrayList<Port>(ports);
    for (int i = 0; i < ports; i++) {
      Ort.check(name.of(session, i, Ort.ALLOCATOR, out.address()));
      var text = Ort.text(result());
      Ort.check(Ort.ALLOCATOR_FREE.of(Ort.ALLOCATOR, result()));
      Ort.check(type.of(session, i, out.address()));
      list.add(new Port(text, owned(result(), text)));
    }
    return List.copyOf(list);
  }

  private long result() {
    return out.get(ValueLayout.JAVA_LONG, 0);
  }

  /// The type at a handle that is released after.
  private ValueType owned(long type, String port) throws OrtFailure {
    try {
      return type(type, port);
    } finally {
      Ort.RELEASE_TYPE.of(type);
    }
  }

  private ValueType type(long type, String port) throws OrtFailure {
    out.set(ValueLayout.JAVA_LONG, 0, 0);
    Ort.check(Ort.TYPE_KIND.of(type, out.address()));
    int kind = (int) result();
    return switch (kind) {
      case TENSOR -> dense(part(Ort.TYPE_AS_TENSOR, type), port);
      case SEQUENCE -> {
        long sequence = part(Ort.TYPE_AS_SEQUENCE, type);
        yield new Sequence(owned(part(Ort.SEQUENCE_ELEMENT_TYPE, sequence), port));
      }
      case MAP -> {
        long map = part(Ort.TYPE_AS_MAP, type);
        var key = element((int) part(Ort.MAP_KEY_TYPE, map), port);
        yield new Mapping(key, owned(part(Ort.MAP_VALUE_TYPE, map), port));
      }
      case OPTIONAL -> {
        long optional = part(Ort.TYPE_AS_OPTIONAL, type);
        yield new Maybe(owned(part(Ort.OPTIONAL_ELEMENT_TYPE, optional), port));
      }
      default ->
          throw new OrtFailure(
              "\"" + port + "\" is neither a tensor nor a sequence, map or optional of tensors");
    };
  }

  private long part(OrtCall call, long of) throws OrtFailure {
    out.set(ValueLayout.JAVA_LONG, 0, 0);
    Ort.check(call.of(of, out.address()));
    return result();
  }

  private static DataType element(int onnx, String port) throws OrtFailure {
    var type = ElementTypes.of(onnx);
    if (type.isEmpty()) {
      throw new OrtFailure(
          "\"" + port + "\" is of type " + ElementTypes.name(onnx) + ", which no protocol carries");
    }
    return type.get();
  }

  private Dense dense(long tensor, String port) throws OrtFailure {
    var type = element((int) part(Ort.ELEMENT_TYPE, tensor), port);
    int rank = (int) part(Ort.DIMENSION_COUNT, tensor);
    boolean ranked = (Ort.HAS_SHAPE.of(tensor) & 1) != 0;
    if (rank == 0) {
      return new Dense(type, new long[0], List.of(), ranked);
    }
    var dimensions = arena.allocate(ValueLayout.JAVA_LONG, rank);
    Ort.check(Ort.DIMENSIONS.of(tensor, dimensions.address(), rank));
    var shape = dimensions.toArray(ValueLayout.JAVA_LONG);
    Ort.check(Ort.DIMENSION_NAMES.of(tensor, dimensions.address(), rank));
    var names = new ArrayList<String>(rank);
    for (int i = 0; i < rank; i++) {
      shape[i] = Math.max(-1, shape[i]);
      var name = Ort.text(dimensions.getAtIndex(ValueLayout.JAVA_LONG, i));
      names.add(name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name);
    }
    return new Dense(type, shape, List.copyOf(names), true);
  }

  @Override
  public void close() {
    arena.close();
  }
}
