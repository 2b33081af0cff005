package dev.slipway.node.models;

import dev.slipway.api.kserve.Warmth;
import dev.slipway.base.Json;
import dev.slipway.dataplane.model.Model;
import dev.slipway.dataplane.model.Servable;
import dev.slipway.inference.engine.Signature;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.net.Handler;
import dev.slipway.node.LocalCall;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a server is asked before its pod is ready: requests in JSON, answered by the very handler
/// that will answer clients, for each model in turn, until the time is over. They name the inputs
/// of
/// the model's first signature, filled with zeros.
final class FirstRequests {
  /// A round where no time is given.
  static final int ROUND = 10;

  /// As a probe's: what it asks is nobody's payload.
  private static final String AGENT = "kube-probe/warm-up";

  private static final Duration PACE = Duration.ofMillis(10);
  private static final long MOST_ELEMENTS = 1_000_000;
  private static final int FIRST_ERROR = 500;
  private static final int FIRST_REFUSAL = 400;

  private final Handler handler;
  private final InetSocketAddress at;
  private final Duration wanted;
  private final BooleanSupplier stopped;

  /// @param at the address clients would use
  /// @param wanted zero for one round
  /// @param stopped asked before each request
  FirstRequests(Handler handler, InetSocketAddress at, Duration wanted, BooleanSupplier stopped) {
    this.handler = handler;
    this.at = at;
    this.wanted = wanted;
    this.stopped = stopped;
  }

  /// What came of a model's requests.
  sealed interface Outcome {
    /// @param requests that were answered
    record Answered(String model, long requests) implements Outcome {}

    /// It takes no such request: nothing is known of how it would fare with others.
    record Refused(String model, String why) implements Outcome {}

    /// It could not answer.
    record Failed(String model, String why) implements Outcome {}
  }

  /// Blocks for as long as is wanted; each model gets its share of the time.
  List<Outcome> send(List<Model> models) throws InterruptedException {
    var outcomes = new java.util.ArrayList<Outcome>();
    for (var model : models) {
      outcomes.add(send(model, wanted.dividedBy(models.size())));
    }
    return outcomes;
  }

  private Outcome send(Model model, Duration share) throws InterruptedException {
    var body = model.latest().flatMap(FirstRequests::body);
    if (body.isEmpty()) {
      return new Outcome.Refused(model.name(), "its inputs are not known");
    }
    var path = "/v2/models/" + model.name() + "/infer";
    long until = System.nanoTime() + share.toNanos();
    long sent = 0;
    while (!stopped.getAsBoolean()
        && (share.isZero() ? sent < ROUND : System.nanoTime() - until < 0)) {
      long began = System.nanoTime();
      var problem = problem(model.name(), path, body.get());
      if (problem.isPresent()) {
        return problem.get();
      }
      sent++;
      pause(share, System.nanoTime() - began);
    }
    return new Outcome.Answered(model.name(), sent);
  }

  private static void pause(Duration share, long tookNanos) throws InterruptedException {
    long left = PACE.toNanos() - tookNanos;
    if (!share.isZero() && left > 0) {
      Thread.sleep(Duration.ofNanos(left));
    }
  }

  private Optional<Outcome> problem(String model, String path, byte[] body) {
    var call = LocalCall.post(at, path, AGENT, body);
    try {
      handler.handle(call, call);
    } catch (Exception problem) {
      return Optional.of(new Outcome.Failed(model, problem.toString()));
    }
    if (call.code() < FIRST_REFUSAL) {
      return Optional.empty();
    }
    var why = "HTTP " + call.code() + " " + call.answer().strip();
    return Optional.of(
        call.code() < FIRST_ERROR
            ? new Outcome.Refused(model, why)
            : new Outcome.Failed(model, why));
  }

  /// A request of zeros; empty where the model's inputs have no bounds.
  private static Optional<byte[]> body(Servable model) {
    var request = Json.object();
    var inputs = request.putArray("inputs");
    for (var spec : model.signatures().firstEntry().getValue().inputs()) {
      if (!spec.optional() && !input(spec, inputs.addObject())) {
        return Optional.empty();
      }
    }
    return inputs.isEmpty() ? Optional.empty() : Optional.of(Json.bytes(request));
  }

  private static boolean input(Signature.Spec spec, ObjectNode input) {
    double elements = 1;
    input.put("name", spec.name()).put("datatype", spec.type().name());
    var shape = input.putArray("shape");
    for (long dimension : spec.shape()) {
      elements *= Math.max(1, dimension);
      shape.add(Math.max(1, dimension));
    }
    if (elements > MOST_ELEMENTS) {
      return false;
    }
    zeros(spec.type(), (int) elements, input.putArray("data"));
    return true;
  }

  private static void zeros(DataType type, int count, ArrayNode data) {
    for (int i = 0; i < count; i++) {
      switch (type) {
        case BYTES -> data.add("");
        case BOOL -> data.add(false);
        case FP16, BF16, FP32, FP64 -> data.add(0.0);
        case UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64 -> data.add(0);
      }
    }
  }

  /// What the pod asks for; empty where it is not to be warmed up.
  static Optional<Duration> wanted(dev.slipway.control.Resource pod) {
    var warmth = Warmth.of(pod.annotations());
    return warmth.asked() ? Optional.of(warmth.duration()) : Optional.empty();
  }
}
