package dev.slipway.engines.onnx;

import dev.slipway.engines.onnx.ValueType.Port;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;

/// One native session and what it declares. Calls may run on many threads at once; closing must
/// wait for them.
final class Session implements AutoCloseable {
  private final Arena arena = Arena.ofShared();
  private final long handle;
  private final List<Port> inputs;
  private final List<Port> outputs;
  private final long[] inputNames;
  private final long[] outputNames;

  private Session(long handle) throws OrtFailure {
    this.handle = handle;
    this.inputs = PortReader.inputs(handle);
    this.outputs = PortReader.outputs(handle);
    this.inputNames = names(inputs);
    this.outputNames = names(outputs);
  }

  /// Reads a model's file.
  static Session open(Path model, SessionSettings settings) throws OrtFailure {
    try (var arena = Arena.ofConfined()) {
      var out = arena.allocate(ValueLayout.JAVA_LONG);
      long options = settings.create(arena);
      try {
        long path = Ort.path(arena, model);
        Ort.check(Ort.CREATE_SESSION.of(Ort.ENVIRONMENT, path, options, out.address()));
      } finally {
        Ort.RELEASE_SESSION_OPTIONS.of(options);
      }
      long handle = out.get(ValueLayout.JAVA_LONG, 0);
      try {
        return new Session(handle);
      } catch (OrtFailure problem) {
        Ort.RELEASE_SESSION.of(handle);
        throw problem;
      }
    }
  }

  private long[] names(List<Port> ports) {
    return ports.stream().mapToLong(port -> arena.allocateFrom(port.name()).address()).toArray();
  }

  long handle() {
    return handle;
  }

  List<Port> inputs() {
    return inputs;
  }

  List<Port> outputs() {
    return outputs;
  }

  /// Address of an input's name.
  long inputName(int index) {
    return inputNames[index];
  }

  /// Address of an output's name.
  long outputName(int index) {
    return outputNames[index];
  }

  @Override
  public void close() {
    Ort.RELEASE_SESSION.of(handle);
    arena.close();
  }
}
