package dev.slipway.engines.sklearn;

import dev.slipway.inference.engine.InferenceException;
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

/// An estimator behind the engines' door. Answers are named `output-0`, as KServe names them; a
/// client that asks for outputs named like methods (as MLServer has it) gets one of each.
final class SklearnModel implements LoadedModel {
  private final SequencedMap<String, Methods.Method> methods;
  private final SequencedMap<String, Signature> signatures;
  private final Inputs inputs;
  private final String first;
  private final long memoryBytes;

  /// @param type the name of the estimator's class
  SklearnModel(
      String type,
      Estimator estimator,
      SequencedMap<String, Methods.Method> methods,
      long memoryBytes) {
    if (methods.isEmpty()) {
      throw new UnsupportedEstimatorException("the model can neither predict nor transform");
    }
    this.methods = methods;
    this.inputs = new Inputs(estimator, type);
    this.first = methods.firstEntry().getKey();
    this.memoryBytes = memoryBytes;
    var all = new LinkedHashMap<String, Signature>();
    methods.forEach((name, method) -> all.put(name, Probe.signature(estimator, name, method)));
    this.signatures = Collections.unmodifiableSequencedMap(all);
  }

  @Override
  public SequencedMap<String, Signature> signatures() {
    return signatures;
  }

  @Override
  public List<Tensor> infer(Invocation call) {
    var name = call.signature().isEmpty() ? first : call.signature();
    var method = methods.get(name);
    if (method == null) {
      throw new InvalidInputException(
          "the model has no method " + name + "; it has " + String.join(", ", methods.keySet()));
    }
    var frame = inputs.frame(call.inputs());
    try {
      return call.outputs().isEmpty() ? method.of(frame) : chosen(frame, method, call.outputs());
    } catch (InferenceException problem) {
      throw problem;
    } catch (RuntimeException problem) {
      throw new InferenceFailedException(name + " failed: " + problem, problem);
    }
  }

  private List<Tensor> chosen(Frame frame, Methods.Method method, List<String> wanted) {
    var chosen = new ArrayList<Tensor>();
    List<Tensor> own = List.of();
    for (var name : wanted) {
      if (methods.containsKey(name)) {
        chosen.addAll(namedAfter(name, methods.get(name).of(frame)));
        continue;
      }
      own = own.isEmpty() ? method.of(frame) : own;
      chosen.add(find(name, own));
    }
    return chosen;
  }

  private static List<Tensor> namedAfter(String method, List<Tensor> answers) {
    return answers.size() == 1 ? List.of(answers.getFirst().named(method)) : answers;
  }

  private Tensor find(String name, List<Tensor> answers) {
    for (var answer : answers) {
      if (answer.name().equals(name)) {
        return answer;
      }
    }
    throw new InvalidInputException(
        "the model has no output "
            + name
            + "; it has "
            + String.join(", ", answers.stream().map(Tensor::name).toList())
            + ", and for a method each: "
            + String.join(", ", methods.keySet()));
  }

  @Override
  public String platform() {
    return "sklearn";
  }

  @Override
  public long memoryBytes() {
    return memoryBytes;
  }

  @Override
  public boolean batchable() {
    return true;
  }

  @Override
  public void close() {}
}
