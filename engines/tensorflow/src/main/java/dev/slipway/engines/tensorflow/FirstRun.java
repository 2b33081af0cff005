package dev.slipway.engines.tensorflow;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicBoolean;

/// The first graph a process runs makes TensorFlow note on the console that an optimisation is off,
/// once, and no setting within reach stops it. So the first graph is one that does nothing, and
/// while
/// it runs, file descriptor 2 leads nowhere; that takes milliseconds.
final class FirstRun {
  private static final int CONSOLE = 2;
  private static final int WRITE_ONLY = 1;
  private static final AtomicBoolean DONE = new AtomicBoolean();

  private FirstRun() {}

  /// Does it, unless it is done.
  ///
  /// @param config of the session to come: the first session decides on threads for all
  static void quietly(MemorySegment config, long bytes) throws TfFailure {
    if (Tf.isUsersLogLevel() || !DONE.compareAndSet(false, true)) {
      return;
    }
    try (var arena = Arena.ofConfined()) {
      long nowhere = arena.allocateFrom("/dev/null").address();
      int console = (int) Tf.DUPLICATE.invokeExact(CONSOLE);
      int sink = (int) Tf.OPEN.invokeExact(nowhere, WRITE_ONLY);
      int _ = sink < 0 ? sink : (int) Tf.REPLACE.invokeExact(sink, CONSOLE);
      try {
        nothing(arena, config, bytes);
      } finally {
        int _ = console < 0 ? console : (int) Tf.REPLACE.invokeExact(console, CONSOLE);
        int _ = (int) Tf.CLOSE.invokeExact(console);
        int _ = (int) Tf.CLOSE.invokeExact(sink);
      }
    } catch (TfFailure failure) {
      throw failure;
    } catch (Throwable problem) {
      throw Tf.unexpected(problem);
    }
  }

  /// Runs a graph of one operation without inputs, outputs and effects.
  private static void nothing(Arena arena, MemorySegment config, long bytes) throws Throwable {
    long graph = (long) Tf.NEW_GRAPH.invokeExact();
    try {
      long type = arena.allocateFrom("NoOp").address();
      long name = arena.allocateFrom("nothing").address();
      long made = (long) Tf.NEW_OPERATION.invokeExact(graph, type, name);
      long operation = Tf.checked(status -> (long) Tf.FINISH_OPERATION.invokeExact(made, status));
      long targets = arena.allocateFrom(ValueLayout.JAVA_LONG, operation).address();
      long session = Tf.checked(status -> session(graph, config, bytes, status));
      Tf.checked(
          status -> {
            Tf.RUN.invokeExact(session, 0L, 0L, 0L, 0, 0L, 0L, 0, targets, 1, 0L, status);
            return status;
          });
      Tf.checked(
          status -> {
            Tf.CLOSE_SESSION.invokeExact(session, status);
            Tf.DELETE_SESSION.invokeExact(session, status);
            return status;
          });
    } finally {
      Tf.DELETE_GRAPH.invokeExact(graph);
    }
  }

  private static long session(long graph, MemorySegment config, long bytes, long status)
      throws Throwable {
    long options = (long) Tf.NEW_OPTIONS.invokeExact();
    try {
      Tf.SET_CONFIG.invokeExact(options, config.address(), bytes, status);
      return (long) Tf.NEW_SESSION.invokeExact(graph, options, status);
    } finally {
      Tf.DELETE_OPTIONS.invokeExact(options);
    }
  }
}
