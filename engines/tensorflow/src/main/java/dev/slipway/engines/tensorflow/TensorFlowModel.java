package dev.slipway.engines.tensorflow;

import dev.slipway.engines.tensorflow.MetaGraph.Ports;
import dev.slipway.inference.engine.InferenceFailedException;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.engine.LoadedModel;
import dev.slipway.inference.engine.Signature;
import dev.slipway.inference.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// A SavedModel in memory.
final class TensorFlowModel implements LoadedModel {
  private final Session session;
  private final SavedModel model;
  private final SequencedMap<String, Signature> signatures = new LinkedHashMap<>();
  private final String first;
  private final boolean batchable;

  TensorFlowModel(Session session, SavedModel model) {
    this.session = session;
    this.model = model;
    boolean batched = true;
    for (var each : model.graph().signatures().entrySet()) {
      var ports = each.getValue();
      signatures.put(
          each.getKey(),
          new Signature(
              ports.inputs().stream().map(Port::spec).toList(),
              ports.outputs().stream().map(Port::spec).toList()));
      batched &= !ports.inputs().isEmpty() && ports.inputs().stream().allMatch(Port::batched);
      batched &= ports.outputs().stream().allMatch(Port::batched);
    }
    this.first = signatures.firstEntry().getKey();
    this.batchable = batched;
  }

  @Override
  public SequencedMap<String, Signature> signatures() {
    return Collections.unmodifiableSequencedMap(signatures);
  }

  @Override
  public List<Tensor> infer(Invocation call) {
    var ports = ports(call.signature());
    var inputs = Inputs.matched(ports.inputs(), call.inputs());
    try {
      return session.run(ports.inputs(), inputs, wanted(ports, call.outputs()));
    } catch (TfFailure problem) {
      if (problem.ofInputs()) {
        throw new InvalidInputException("TensorFlow refuses the inputs: " + problem.reason());
      }
      throw new InferenceFailedException("TensorFlow failed: " + problem.reason(), problem);
    }
  }

  private Ports ports(String signature) {
    var name = signature.isEmpty() ? first : signature;
    var ports = model.graph().signatures().get(name);
    if (ports == null) {
      var reason = model.graph().unservable().get(name);
      throw new InvalidInputException(
          reason == null
              ? "the model has no signature \"" + name + "\"; it has " + signatures.keySet()
              : "signature \"" + name + "\" cannot be served: " + reason);
    }
    return ports;
  }

  private static List<Port> wanted(Ports ports, List<String> names) {
    if (names.isEmpty()) {
      return ports.outputs();
    }
    var wanted = new ArrayList<Port>();
    for (var name : names) {
      wanted.add(
          ports.outputs().stream()
              .filter(port -> port.name().equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new InvalidInputException(
                          "the signature has no output \""
                              + name
                              + "\"; it has "
                              + Inputs.list(ports.outputs()))));
    }
    return wanted;
  }

  @Override
  public String platform() {
    return "tensorflow_savedmodel";
  }

  @Override
  public long memoryBytes() {
    return TensorFlowEngine.memoryBytes(model.bytes());
  }

  @Override
  public boolean batchable() {
    return batchable;
  }

  @Override
  public void close() {
    session.close();
  }
}
