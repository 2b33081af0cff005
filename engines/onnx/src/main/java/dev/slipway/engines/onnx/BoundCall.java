package dev.slipway.engines.onnx;

import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;

/// A call prepared for inputs of certain shapes: input and output memory is allocated once and
/// bound
/// to the session, so that a call is two copies and one native function. For one thread at a time.
final class BoundCall implements AutoCloseable {
  private static final int ALIGNMENT = 64;
  private static final byte UNWRITTEN = (byte) 0xA5;

  private final Arena arena = Arena.ofShared();
  private final Session session;
  private final Tensor[] inputs;
  private final Tensor[] outputs;
  private final MemorySegment[] inputMemory;
  private final MemorySegment[] outputMemory;
  private final long[] values;
  private long binding;

  /// @param inputs one tensor for each input of the model: only types and shapes matter
  /// @param outputs what the session answers to inputs of these shapes: likewise
  BoundCall(Session session, Tensor[][] inputs, List<Tensor> outputs) throws OrtFailure {
    this.session = session;
    this.inputs = new Tensor[inputs.length];
    this.outputs = outputs.toArray(Tensor[]::new);
    this.inputMemory = new MemorySegment[inputs.length];
    this.outputMemory = new MemorySegment[this.outputs.length];
    this.values = new long[inputs.length + this.outputs.length];
    for (int i = 0; i < inputs.length; i++) {
      this.inputs[i] = inputs[i][0];
      inputMemory[i] = memory(inputs[i][0]);
    }
    for (int i = 0; i < this.outputs.length; i++) {
      outputMemory[i] = memory(this.outputs[i]);
    }
    try {
      bind();
    } catch (OrtFailure problem) {
      close();
      throw problem;
    }
  }

  private MemorySegment memory(Tensor tensor) {
    long bytes = (long) tensor.size() * tensor.type().size();
    return arena.allocate(Math.max(1, bytes), ALIGNMENT).asSlice(0, bytes);
  }

  private void bind() throws OrtFailure {
    var out = arena.allocate(ValueLayout.JAVA_LONG);
    Ort.check(Ort.CREATE_BINDING.of(session.handle(), out.address()));
    binding = out.get(ValueLayout.JAVA_LONG, 0);
    for (int i = 0; i < inputs.length; i++) {
      values[i] = value(inputs[i], inputMemory[i], out);
      Ort.check(Ort.BIND_INPUT.of(binding, session.inputName(i), values[i]));
    }
    for (int i = 0; i < outputs.length; i++) {
      int at = inputs.length + i;
      values[at] = value(outputs[i], outputMemory[i], out);
      Ort.check(Ort.BIND_OUTPUT.of(binding, session.outputName(i), values[at]));
    }
  }

  private long value(Tensor tensor, MemorySegment memory, MemorySegment out) throws OrtFailure {
    var shape = arena.allocateFrom(ValueLayout.JAVA_LONG, tensor.shape());
    Ort.check(
        Ort.CREATE_TENSOR_OVER.of(
            Ort.CPU_MEMORY,
            memory.address(),
            memory.byteSize(),
            shape.address(),
            tensor.shape().length,
            ElementTypes.onnx(tensor.type()),
            out.address()));
    return out.get(ValueLayout.JAVA_LONG, 0);
  }

  /// Whether this call is prepared for such inputs.
  boolean fits(Tensor[][] given) {
    for (int i = 0; i < inputs.length; i++) {
      if (!Arrays.equals(inputs[i].shape(), given[i][0].shape())) {
        return false;
      }
    }
    return true;
  }

  void run(Tensor[][] given) throws OrtFailure {
    for (int i = 0; i < inputMemory.length; i++) {
      Values.copy(given[i][0], inputMemory[i]);
    }
    Ort.check(Ort.RUN_BOUND.of(session.handle(), 0, binding));
  }

  /// An output of the last run, copied.
  Tensor output(int index) {
    var like = outputs[index];
    var array = Results.array(like.type(), outputMemory[index]);
    return Tensor.of(like.name(), like.type(), like.shape(), array);
  }

  /// Whether a bound run writes what an unbound one answered, to the last bit. It does not where
  /// an output is an input passed on, or a model answers by chance.
  boolean answers(Tensor[][] given, List<Tensor> expected) throws OrtFailure {
    for (var memory : outputMemory) {
      memory.fill(UNWRITTEN);
    }
    run(given);
    for (int i = 0; i < outputMemory.length; i++) {
      if (outputMemory[i].mismatch(MemorySegment.ofBuffer(expected.get(i).wire())) != -1) {
        return false;
      }
    }
    return true;
  }

  /// Whether values of this type can be bound.
  static boolean bindable(ValueType type) {
    return type instanceof ValueType.Dense dense && dense.type() != DataType.BYTES;
  }

  @Override
  public void close() {
    if (binding != 0) {
      Ort.RELEASE_BINDING.of(binding);
    }
    for (long value : values) {
      if (value != 0) {
        Ort.RELEASE_VALUE.of(value);
      }
    }
    arena.close();
  }
}
