package dev.slipway.engines.tensorflow;

import dev.slipway.engines.tensorflow.MetaGraph.Ports;
import dev.slipway.inference.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A graph with its variables in TensorFlow. Any number of threads may run it at a time.
final class Session implements AutoCloseable {
  private static final int OUTPUT_BYTES = 16;

  private final long graph;
  private final long session;
  private final Map<String, Long> operations = new HashMap<>();

  private Session(long graph, long session) {
    this.graph = graph;
    this.session = session;
  }

  /// Reads variables and tables and runs the graph's initialiser.
  static Session open(SavedModel model, SessionSettings settings) throws TfFailure {
    Tf.load();
    try (var arena = Arena.ofConfined()) {
      long graph = (long) Tf.NEW_GRAPH.invokeExact();
      Session session;
      try {
        session = new Session(graph, load(arena, model, settings, graph));
      } catch (TfFailure problem) {
        Tf.DELETE_GRAPH.invokeExact(graph);
        throw problem;
      }
      try {
        session.find(arena, model.graph());
      } catch (TfFailure problem) {
        session.close();
        throw problem;
      }
      return session;
    } catch (TfFailure failure) {
      throw failure;
    } catch (Throwable problem) {
      throw Tf.unexpected(problem);
    }
  }

  private static long load(Arena arena, SavedModel model, SessionSettings settings, long graph)
      throws TfFailure {
    var names = new ArrayList<Long>();
    for (var tag : model.graph().tags()) {
      names.add(arena.allocateFrom(tag).address());
    }
    var tags = arena.allocateFrom(ValueLayout.JAVA_LONG, longs(names));
    long path = Tf.path(arena, model.directory());
    byte[] bytes = settings.config();
    var config = arena.allocate(bytes.length + 1L).copyFrom(MemorySegment.ofArray(bytes));
    FirstRun.quietly(config, bytes.length);
    return Tf.checked(
        status -> {
          long options = (long) Tf.NEW_OPTIONS.invokeExact();
          try {
            Tf.SET_CONFIG.invokeExact(options, config.address(), (long) bytes.length, status);
            return (long)
                Tf.LOAD.invokeExact(
                    options, 0L, path, tags.address(), names.size(), graph, 0L, status);
          } finally {
            Tf.DELETE_OPTIONS.invokeExact(options);
          }
        });
  }

  private static long[] longs(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).toArray();
  }

  /// Looks up every operation that a signature names.
  private void find(Arena arena, MetaGraph meta) throws TfFailure {
    for (Map.Entry<String, Ports> each : meta.signatures().entrySet()) {
      var ports = new ArrayList<>(each.getValue().inputs());
      ports.addAll(each.getValue().outputs());
      for (var port : ports) {
        if (!operations.containsKey(port.operation())) {
          operations.put(port.operation(), operation(arena, each.getKey(), port));
        }
      }
    }
  }

  private long operation(Arena arena, String signature, Port port) throws TfFailure {
    try {
      long name = arena.allocateFrom(port.operation()).address();
      long found = (long) Tf.OPERATION.invokeExact(graph, name);
      if (found == 0 || (int) Tf.OUTPUT_COUNT.invokeExact(found) <= port.index()) {
        throw new TfFailure(
            0,
            "signature \""
                + signature
                + "\" names "
                + port.operation()
                + ":"
                + port.index()
                + ", which the graph does not have");
      }
      return found;
    } catch (TfFailure failure) {
      throw failure;
    } catch (Throwable problem) {
      throw Tf.unexpected(problem);
    }
  }

  /// @param inputs one for each port, of its type
  /// @return one for each output
  List<Tensor> run(List<Port> ports, List<Tensor> inputs, List<Port> outputs) throws TfFailure {
    try (var arena = Arena.ofConfined()) {
      int takes = inputs.size();
      int gives = outputs.size();
      var values = arena.allocate(ValueLayout.JAVA_LONG, takes + 1L);
      var results = arena.allocate(ValueLayout.JAVA_LONG, gives + 1L);
      try {
        for (int i = 0; i < takes; i++) {
          long value = Values.of(arena, inputs.get(i), ports.get(i).code());
          values.setAtIndex(ValueLayout.JAVA_LONG, i, value);
        }
        long from = places(arena, ports);
        long to = places(arena, outputs);
        run(from, values.address(), takes, to, results.address(), gives);
        var tensors = new ArrayList<Tensor>(gives);
        for (int i = 0; i < gives; i++) {
          long value = results.getAtIndex(ValueLayout.JAVA_LONG, i);
          tensors.add(Values.read(outputs.get(i), value));
        }
        return tensors;
      } finally {
        delete(values, takes);
        delete(results, gives);
      }
    }
  }

  private void run(long from, long values, int takes, long to, long results, int gives)
      throws TfFailure {
    Tf.<Boolean>checked(
        status -> {
          Tf.RUN.invokeExact(
              session, 0L, from, values, takes, to, results, gives, 0L, 0, 0L, status);
          return true;
        });
  }

  /// An array of `TF_Output`: the address of an operation and an index.
  private long places(Arena arena, List<Port> ports) {
    var places = arena.allocate(OUTPUT_BYTES * (ports.size() + 1L), Long.BYTES);
    for (int i = 0; i < ports.size(); i++) {
      long at = (long) i * OUTPUT_BYTES;
      Long operation = operations.get(ports.get(i).operation());
      places.set(ValueLayout.JAVA_LONG, at, operation == null ? 0 : operation);
      places.set(ValueLayout.JAVA_INT, at + Long.BYTES, ports.get(i).index());
    }
    return places.address();
  }

  private static void delete(MemorySegment tensors, int count) {
    try {
      for (int i = 0; i < count; i++) {
        long tensor = tensors.getAtIndex(ValueLayout.JAVA_LONG, i);
        if (tensor != 0) {
          Tf.DELETE_TENSOR.invokeExact(tensor);
        }
      }
    } catch (Throwable problem) {
      throw Tf.unexpected(problem);
    }
  }

  @Override
  public void close() {
    try {
      Tf.<Boolean>checked(
          status -> {
            Tf.CLOSE_SESSION.invokeExact(session, status);
            Tf.DELETE_SESSION.invokeExact(session, status);
            return true;
          });
      Tf.DELETE_GRAPH.invokeExact(graph);
    } catch (Throwable problem) {
      throw Tf.unexpected(problem);
    }
  }
}
