package dev.slipway.dataplane.server;

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

/// Tells what a model is given: one text, `a INT64[2, 1]=[1, 2]` for each input.
final class EchoEngine implements Engine {
  @Override
  public String format() {
    return "sklearn";
  }

  @Override
  public boolean recognises(Path artifact) {
    return artifact.toString().endsWith(".echo");
  }

  @Override
  public LoadedModel load(ModelSource source) {
    return new Echo();
  }

  private static final class Echo implements LoadedModel {
    @Override
    public SequencedMap<String, Signature> signatures() {
      var all = new LinkedHashMap<String, Signature>();
      all.put("predict", new Signature(List.of(), List.of()));
      return all;
    }

    @Override
    public List<Tensor> infer(Invocation call) {
      var told = call.inputs().stream().map(Echo::told).toList();
      return List.of(Tensor.ofStrings("told", new long[] {1}, String.join(" ", told)));
    }

    private static String told(Tensor tensor) {
      var values = new StringBuilder();
      for (int i = 0; i < tensor.size(); i++) {
        values.append(i == 0 ? "" : ", ").append(value(tensor, i));
      }
      return tensor.name() + " " + tensor.type() + "=[" + values + "]";
    }

    private static Object value(Tensor tensor, int index) {
      if (tensor.type() != DataType.BYTES) {
        return tensor.asDoubles()[index];
      }
      return tensor.isMissing(index) ? "(none)" : tensor.text(index);
    }

    @Override
    public String platform() {
      return "echo";
    }

    @Override
    public long memoryBytes() {
      return 1;
    }

    @Override
    public boolean batchable() {
      return false;
    }

    @Override
    public void close() {}
  }
}
