package dev.slipway.engines.onnx;

import dev.slipway.engines.onnx.ValueType.Dense;
import dev.slipway.engines.onnx.ValueType.Sequence;
import dev.slipway.inference.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;

/// One call of a session with values made for it and released after; any number may run at once.
final class SharedRun {
  private SharedRun() {}

  /// @param inputs per input of the model, as [InputMatcher#match] gives them
  /// @param outputs places of the outputs to compute
  static List<Tensor> run(Session session, Tensor[][] inputs, int[] outputs) throws OrtFailure {
    try (var arena = Arena.ofConfined()) {
      var feeds = new Feeds(arena, inputs.length, outputs.length);
      try {
        for (int i = 0; i < inputs.length; i++) {
          if (inputs[i].length > 0 || session.inputs().get(i).type() instanceof Sequence) {
            feeds.add(session.inputName(i), value(arena, session, i, inputs[i]));
          }
        }
        return feeds.run(session, outputs);
      } finally {
        feeds.release();
        Reference.reachabilityFence(inputs);
      }
    }
  }

  private static long value(Arena arena, Session session, int index, Tensor[] tensors)
      throws OrtFailure {
    return session.inputs().get(index).content() instanceof Sequence(Dense element)
        ? Values.sequence(arena, element.type(), tensors)
        : Values.tensor(arena, tensors[0]);
  }

  /// The arrays `Run` takes.
  private static final class Feeds {
    private final Arena arena;
    private final MemorySegment names;
    private final MemorySegment values;
    private final MemorySegment results;
    private int count;

    Feeds(Arena arena, int inputs, int outputs) {
      this.arena = arena;
      this.names = arena.allocate(ValueLayout.JAVA_LONG, Math.max(1, inputs));
      this.values = arena.allocate(ValueLayout.JAVA_LONG, Math.max(1, inputs));
      this.results = arena.allocate(ValueLayout.JAVA_LONG, Math.max(1, outputs));
    }

    void add(long name, long value) {
      names.setAtIndex(ValueLayout.JAVA_LONG, count, name);
      values.setAtIndex(ValueLayout.JAVA_LONG, count, value);
      count++;
    }

    List<Tensor> run(Session session, int[] outputs) throws OrtFailure {
      var wanted = arena.allocate(ValueLayout.JAVA_LONG, Math.max(1, outputs.length));
      for (int i = 0; i < outputs.length; i++) {
        wanted.setAtIndex(ValueLayout.JAVA_LONG, i, session.outputName(outputs[i]));
      }
      Ort.check(
          Ort.RUN.of(
              session.handle(),
              0,
              names.address(),
              values.address(),
              count,
              wanted.address(),
              outputs.length,
              results.address()));
      var tensors = new ArrayList<Tensor>(outputs.length);
      var reader = new Results(arena);
      for (int i = 0; i < outputs.length; i++) {
        var name = session.outputs().get(outputs[i]).name();
        reader.read(name, results.getAtIndex(ValueLayout.JAVA_LONG, i), tensors);
      }
      return tensors;
    }

    void release() {
      for (int i = 0; i < count; i++) {
        Ort.RELEASE_VALUE.of(values.getAtIndex(ValueLayout.JAVA_LONG, i));
      }
      for (long at = 0; at < results.byteSize(); at += Long.BYTES) {
        long result = results.get(ValueLayout.JAVA_LONG, at);
        if (result != 0) {
          Ort.RELEASE_VALUE.of(result);
        }
      }
    }
  }
}
