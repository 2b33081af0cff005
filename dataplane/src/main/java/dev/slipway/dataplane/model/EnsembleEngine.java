package dev.slipway.dataplane.model;

import dev.slipway.inference.engine.Engine;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.engine.LoadedModel;
import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.engine.ModelSource;
import dev.slipway.inference.engine.Signature;
import dev.slipway.inference.layout.ModelDescription;
import dev.slipway.inference.layout.ModelDescription.EnsembleStep;
import dev.slipway.inference.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Triton's ensembles: models of the same server, one feeding the next. A step runs when all its
/// inputs are there.
record EnsembleEngine(ModelDescription description, ServableLookup others) implements Engine {
  @Override
  public String format() {
    return ModelDescription.ENSEMBLE;
  }

  @Override
  public boolean recognises(Path artifact) {
    return false;
  }

  @Override
  public LoadedModel load(ModelSource source) throws ModelLoadException {
    var signature =
        description
            .signature()
            .orElseThrow(
                () -> new ModelLoadException("ensemble " + source.name() + " states no inputs"));
    return new Ensemble(source.name(), signature, ordered(source.name(), signature), others);
  }

  /// The steps so that each comes after those that feed it.
  private List<EnsembleStep> ordered(String name, Signature signature) throws ModelLoadException {
    var known = new HashSet<String>();
    signature.inputs().forEach(input -> known.add(input.name()));
    var left = new ArrayList<>(description.steps());
    var order = new ArrayList<EnsembleStep>();
    while (!left.isEmpty()) {
      var next =
          left.stream().filter(step -> known.containsAll(step.inputs().values())).findFirst();
      if (next.isEmpty()) {
        throw new ModelLoadException(
            "ensemble " + name + ": nothing feeds step " + left.getFirst().modelName());
      }
      known.addAll(next.get().outputs().values());
      order.add(next.get());
      left.remove(next.get());
    }
    for (var output : signature.outputs()) {
      if (!known.contains(output.name())) {
        throw new ModelLoadException(
            "ensemble " + name + ": no step makes output " + output.name());
      }
    }
    return order;
  }

  private record Ensemble(
      String name, Signature signature, List<EnsembleStep> steps, ServableLookup others)
      implements LoadedModel {
    @Override
    public SequencedMap<String, Signature> signatures() {
      var all = new LinkedHashMap<String, Signature>();
      all.put("predict", signature);
      return all;
    }

    @Override
    public List<Tensor> infer(Invocation call) {
      var tensors = new HashMap<String, Tensor>();
      call.inputs().forEach(input -> tensors.put(input.name(), input));
      for (var input : signature.inputs()) {
        if (!input.optional() && !tensors.containsKey(input.name())) {
          throw new InvalidInputException(
              "ensemble " + name + ": input \"" + input.name() + "\" is missing");
        }
      }
      steps.forEach(step -> run(step, tensors, call.parameters()));
      return signature.outputs().stream()
          .map(output -> tensor(tensors, output.name()).named(output.name()))
          .toList();
    }

    private void run(
        EnsembleStep step, Map<String, Tensor> tensors, Map<String, Object> parameters) {
      var inputs = new ArrayList<Tensor>();
      step.inputs().forEach((own, shared) -> inputs.add(tensor(tensors, shared).named(own)));
      var version = step.modelVersion() < 0 ? "" : Long.toString(step.modelVersion());
      var outputs =
          others
              .serving(step.modelName(), version)
              .infer(new Invocation("", inputs, List.of(), parameters), Caller.patient());
      step.outputs()
          .forEach((own, shared) -> tensors.put(shared, output(step, own, outputs).named(shared)));
    }

    private Tensor tensor(Map<String, Tensor> tensors, String wanted) {
      var found = tensors.get(wanted);
      if (found == null) {
        throw new InvalidInputException(
            "ensemble " + name + ": tensor \"" + wanted + "\" is missing");
      }
      return found;
    }

    private Tensor output(EnsembleStep step, String wanted, List<Tensor> outputs) {
      return outputs.stream()
          .filter(output -> output.name().equals(wanted))
          .findFirst()
          .orElseThrow(
              () ->
                  new IllegalStateException(
                      "ensemble "
                          + name
                          + ": model "
                          + step.modelName()
                          + " gave no output "
                          + wanted));
    }

    @Override
    public String platform() {
      return ModelDescription.ENSEMBLE;
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
