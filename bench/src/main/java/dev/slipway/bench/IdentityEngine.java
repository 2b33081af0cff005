package dev.slipway.bench;

import dev.slipway.inference.engine.Engine;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.engine.LoadedModel;
import dev.slipway.inference.engine.ModelSource;
import dev.slipway.inference.engine.Signature;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Answers with what it is given, so that only the server around it costs something.
final class IdentityEngine implements Engine {
  @Override
  public String format() {
    return "identity";
  }

  @Override
  public boolean recognises(Path artifact) {
    return artifact.toString().endsWith(".identity");
  }

  @Override
  public LoadedModel load(ModelSource source) {
    return new Identity();
  }

  private static final class Identity implements LoadedModel {
    @Override
    public SequencedMap<String, Signature> signatures() {
      var all = new LinkedHashMap<String, Signature>();
      all.put(
          "predict",
          new Signature(
              List.of(Signature.Spec.of("x", DataType.FP32, -1, -1)),
              List.of(Signature.Spec.of("x", DataType.FP32, -1, -1))));
      return all;
    }

    @Override
    public List<Tensor> infer(Invocation call) {
      return call.inputs();
    }

    @Override
    public String platform() {
      return "identity";
    }

    @Override
    public long memoryBytes() {
      return 0;
    }

    @Override
    public boolean batchable() {
      return false;
    }

    @Override
    public void close() {}
  }
}
