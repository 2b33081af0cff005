package dev.slipway.dataplane.model;

import dev.slipway.inference.engine.Engine;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.engine.LoadedModel;
import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.engine.ModelSource;
import dev.slipway.inference.engine.Signature;
import dev.slipway.inference.layout.ModelDescription;
import dev.slipway.inference.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Consumer;

/// An engine whose models are shown to clients as their files describe them: with the names and
/// shapes of a configuration, and the columns of a signature.
record DescribedEngine(Engine engine, ModelDescription description) implements Engine {
  @Override
  public String format() {
    return engine.format();
  }

  @Override
  public boolean recognises(Path artifact) {
    return engine.recognises(artifact);
  }

  @Override
  public LoadedModel load(ModelSource source) throws ModelLoadException {
    var model = engine.load(source);
    boolean plain = description.signature().isEmpty() && description.reshapes().isEmpty();
    return plain ? model : new Described(model, description);
  }

  /// A model behind a description.
  private record Described(LoadedModel model, ModelDescription description) implements LoadedModel {
    @Override
    public SequencedMap<String, Signature> signatures() {
      var own = model.signatures();
      if (description.signature().isEmpty()) {
        return own;
      }
      var shown = new LinkedHashMap<>(own);
      var stated = description.signature().get();
      var first = own.firstEntry();
      var outputs = stated.outputs().isEmpty() ? first.getValue().outputs() : stated.outputs();
      shown.put(first.getKey(), new Signature(stated.inputs(), outputs));
      return shown;
    }

    @Override
    public List<Tensor> infer(Invocation call) {
      return model.infer(reshaped(call));
    }

    @Override
    public void stream(Invocation call, Consumer<List<Tensor>> each) {
      model.stream(reshaped(call), each);
    }

    private Invocation reshaped(Invocation call) {
      if (description.reshapes().isEmpty()) {
        return call;
      }
      var inputs = new ArrayList<Tensor>();
      for (var input : call.inputs()) {
        var shape = description.reshapes().get(input.name());
        inputs.add(shape == null ? input : reshaped(input, shape));
      }
      return new Invocation(call.signature(), inputs, call.outputs(), call.parameters());
    }

    /// The batch dimension stays, the rest becomes what the engine takes.
    private static Tensor reshaped(Tensor input, List<Long> shape) {
      var target = new long[shape.size() + 1];
      target[0] = input.rows();
      long known = 1;
      for (int i = 0; i < shape.size(); i++) {
        target[i + 1] = shape.get(i);
        known *= Math.max(1, shape.get(i));
      }
      for (int i = 1; i < target.length; i++) {
        if (target[i] < 0) {
          target[i] = input.width() / Math.max(1, known);
        }
      }
      return input.shaped(target);
    }

    @Override
    public String platform() {
      return model.platform();
    }

    @Override
    public long memoryBytes() {
      return model.memoryBytes();
    }

    @Override
    public boolean batchable() {
      return model.batchable();
    }

    @Override
    public void close() {
      model.close();
    }
  }
}
