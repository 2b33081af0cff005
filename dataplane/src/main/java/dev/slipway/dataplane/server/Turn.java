package dev.slipway.dataplane.server;

import dev.slipway.dataplane.model.Caller;
import dev.slipway.dataplane.model.Servable;
import dev.slipway.dataplane.model.ServeException;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// One prediction on its way through read, compute and write, timed and counted. For one thread.
public final class Turn {
  private static final List<String> SIGNATURE_PARAMETERS =
      List.of("signature_name", "signature", "method");

  private final Servable servable;
  private final long begun = System.nanoTime();
  private long asked;
  private long computed;

  /// Begins with the reading of the request.
  public Turn(Servable servable) {
    this.servable = servable;
  }

  public Servable servable() {
    return servable;
  }

  /// Computes; reading ends here and writing begins.
  ///
  /// @return the outputs that were asked for, in that order
  public List<Tensor> infer(Invocation call, Caller caller) {
    asked = System.nanoTime();
    var outputs = compute(call, caller);
    computed = System.nanoTime();
    return outputs;
  }

  private List<Tensor> compute(Invocation call, Caller caller) {
    if (call.outputs().isEmpty()) {
      return servable.infer(call, caller);
    }
    if (namesSignatures(call.outputs())) {
      return bySignature(call, caller);
    }
    return wanted(call.outputs(), servable.infer(call, caller));
  }

  /// MLServer's way to ask for `predict_proba`: as an output of that name.
  private boolean namesSignatures(List<String> outputs) {
    var all = servable.signatures();
    if (!all.keySet().containsAll(outputs)) {
      return false;
    }
    var first = all.firstEntry().getValue().outputs();
    return first.stream().noneMatch(output -> outputs.contains(output.name()));
  }

  private List<Tensor> bySignature(Invocation call, Caller caller) {
    var outputs = new ArrayList<Tensor>();
    for (var name : call.outputs()) {
      var one = new Invocation(name, call.inputs(), List.of(), call.parameters());
      outputs.add(servable.infer(one, caller).getFirst().named(name));
    }
    return outputs;
  }

  private List<Tensor> wanted(List<String> names, List<Tensor> outputs) {
    if (names.size() == outputs.size() && inOrder(names, outputs)) {
      return outputs;
    }
    var chosen = new ArrayList<Tensor>();
    for (var name : names) {
      chosen.add(
          outputs.stream()
              .filter(output -> output.name().equals(name))
              .findFirst()
              .orElseThrow(() -> unknownOutput(name, outputs)));
    }
    return chosen;
  }

  private static boolean inOrder(List<String> names, List<Tensor> outputs) {
    for (int i = 0; i < outputs.size(); i++) {
      if (!outputs.get(i).name().equals(names.get(i))) {
        return false;
      }
    }
    return true;
  }

  private InvalidInputException unknownOutput(String name, List<Tensor> outputs) {
    return new InvalidInputException(
        "model "
            + servable.name()
            + " has no output \""
            + name
            + "\" (it has: "
            + String.join(", ", outputs.stream().map(Tensor::name).toList())
            + ")");
  }

  /// The answer is made.
  public void done() {
    long ended = System.nanoTime();
    servable.stats().answered(asked - begun, ended - begun, ended - computed);
  }

  /// There is no answer.
  ///
  /// @return the problem, to be thrown on
  public RuntimeException failed(RuntimeException problem) {
    servable
        .stats()
        .refused(problem instanceof ServeException.Overloaded, System.nanoTime() - begun);
    return problem;
  }

  /// The signature a request's parameters name; `""` where none does.
  public static String signature(Map<String, Object> parameters) {
    if (!parameters.isEmpty()) {
      for (var key : SIGNATURE_PARAMETERS) {
        if (parameters.get(key) instanceof String name) {
          return name;
        }
      }
    }
    return "";
  }
}
