package dev.slipway.inference.optional;

import dev.slipway.inference.engine.Engine;
import dev.slipway.inference.engine.LoadedModel;
import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.engine.ModelSource;
import java.nio.file.Path;

/// Stands for an engine that may not be here yet: recognises its models, and fetches and loads the
/// engine with the first of them.
public abstract sealed class OptionalEngine implements Engine {
  private final OptionalFormat format;
  private final OptionalEngines engines;

  OptionalEngine(OptionalFormat format, OptionalEngines engines) {
    this.format = format;
    this.engines = engines;
  }

  @Override
  public String format() {
    return format.name();
  }

  @Override
  public boolean recognises(Path artifact) {
    return format.recognises().test(artifact);
  }

  @Override
  public LoadedModel load(ModelSource source) throws ModelLoadException {
    return engines.engine(format).load(source);
  }

  /// TensorFlow's.
  public static final class TensorFlow extends OptionalEngine {
    /// For `ServiceLoader`.
    public TensorFlow() {
      this(OptionalEngines.ofSystem());
    }

    public TensorFlow(OptionalEngines engines) {
      super(OptionalFormat.TENSORFLOW, engines);
    }
  }

  /// PyTorch's.
  public static final class PyTorch extends OptionalEngine {
    /// For `ServiceLoader`.
    public PyTorch() {
      this(OptionalEngines.ofSystem());
    }

    public PyTorch(OptionalEngines engines) {
      super(OptionalFormat.PYTORCH, engines);
    }
  }
}
