package dev.slipway.dataplane.server.tfserving;

import dev.slipway.dataplane.model.ModelState;
import dev.slipway.dataplane.model.Models;
import dev.slipway.dataplane.model.Servable;
import dev.slipway.dataplane.model.ServeException;
import dev.slipway.dataplane.server.Callers;
import dev.slipway.dataplane.server.GrpcFailures;
import dev.slipway.dataplane.server.JsonAnswers;
import dev.slipway.dataplane.server.ModelServerSettings;
import dev.slipway.dataplane.server.Turn;
import dev.slipway.inference.codec.proto.ProtoWriter;
import dev.slipway.inference.codec.tfserving.TfAnswers;
import dev.slipway.inference.codec.tfserving.TfCalls;
import dev.slipway.inference.codec.tfserving.TfInput;
import dev.slipway.inference.codec.tfserving.TfModelSpec;
import dev.slipway.inference.codec.v2.V2Body;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.tensor.Tensor;
import dev.slipway.net.grpc.GrpcCall;
import dev.slipway.net.grpc.GrpcException;
import dev.slipway.net.grpc.GrpcMethod;
import dev.slipway.net.grpc.GrpcMethods;
import dev.slipway.net.grpc.GrpcStatus;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/// `tensorflow.serving.PredictionService` and `ModelService`.
public final class TfService {
  private static final String PREDICTION = "/tensorflow.serving.PredictionService/";
  private static final String MODEL = "/tensorflow.serving.ModelService/";
  private static final int UNKNOWN = 2; // of tensorflow.error.Code

  private final Models models;
  private final ModelServerSettings settings;
  private final TfReload reload;

  private TfService(Models models, ModelServerSettings settings) {
    this.models = models;
    this.settings = settings;
    this.reload = new TfReload(models, settings);
  }

  public static GrpcMethods methods(Models models, ModelServerSettings settings) {
    var service = new TfService(models, settings);
    return GrpcMethods.none()
        .unaryPieces(PREDICTION + "Predict", service::predict)
        .unary(PREDICTION + "Classify", guarded(service::classify))
        .unary(PREDICTION + "Regress", guarded(service::regress))
        .unary(PREDICTION + "MultiInference", guarded(service::multi))
        .unary(PREDICTION + "GetModelMetadata", guarded(service::metadata))
        .unary(MODEL + "GetModelStatus", guarded(service::status))
        .unary(MODEL + "HandleReloadConfigRequest", guarded(service::reload));
  }

  private static GrpcMethod.Unary guarded(GrpcMethod.Unary method) {
    return (message, call) -> {
      try {
        return method.answer(message, call);
      } catch (RuntimeException problem) {
        throw told(problem);
      }
    };
  }

  /// A full queue is `UNAVAILABLE` here.
  private static RuntimeException told(RuntimeException problem) {
    return problem instanceof ServeException.Overloaded
        ? new GrpcException(GrpcStatus.UNAVAILABLE, String.valueOf(problem.getMessage()))
        : GrpcFailures.of(problem);
  }

  private List<ByteBuffer> predict(byte[] message, GrpcCall call) {
    try {
      var asked = TfCalls.predict(message);
      var turn = new Turn(TfServables.serving(models, asked.model()));
      return predicted(asked, turn, call).chunks();
    } catch (RuntimeException problem) {
      throw told(problem);
    }
  }

  private V2Body predicted(TfCalls.Predict asked, Turn turn, GrpcCall call) {
    try {
      var signature = TfServables.signature(turn.servable(), asked.model().signature());
      var invocation = new Invocation(signature, asked.inputs(), asked.outputs(), Map.of());
      var outputs = turn.infer(invocation, Callers.of(call));
      var model = TfServables.effective(turn.servable(), signature);
      var body = new V2Body(TfAnswers.predict(model, outputs), -1);
      turn.done();
      JsonAnswers.checkLength(body.length(), settings.maxAnswerBytes());
      return body;
    } catch (RuntimeException problem) {
      throw turn.failed(problem);
    }
  }

  private byte[] classify(byte[] message, GrpcCall call) {
    var asked = TfCalls.examples(message);
    return examined(asked.model(), asked.input(), call, TfAnswers::classify);
  }

  private byte[] regress(byte[] message, GrpcCall call) {
    var asked = TfCalls.examples(message);
    return examined(asked.model(), asked.input(), call, TfAnswers::regress);
  }

  private byte[] multi(byte[] message, GrpcCall call) {
    var asked = TfCalls.multi(message);
    require(asked);
    var all = new ProtoWriter(256);
    for (var task : asked.tasks()) {
      examined(
          task.model(),
          asked.input(),
          call,
          (model, outputs) -> {
            TfAnswers.result(all, model, task.method(), outputs);
            return all;
          });
    }
    return all.toBytes();
  }

  private static void require(TfCalls.Multi asked) {
    var signatures = new HashSet<String>();
    for (var task : asked.tasks()) {
      if (!task.model().name().equals(asked.tasks().getFirst().model().name())) {
        throw new InvalidInputException(
            "All ModelSpecs in a MultiInferenceRequest must access the same model name.");
      }
      if (!signatures.add(task.model().signature())) {
        throw new InvalidInputException(
            "Duplicate evaluation of signature: " + task.model().signature());
      }
      if (!task.method().equals(TfAnswers.CLASSIFY_METHOD)
          && !task.method().equals(TfAnswers.REGRESS_METHOD)) {
        throw new ServeException.Unimplemented(
            "Unsupported signature method_name: " + task.method());
      }
    }
  }

  private <T> T examined(
      TfModelSpec asked,
      TfInput input,
      GrpcCall call,
      BiFunction<TfModelSpec, List<Tensor>, T> answer) {
    var turn = new Turn(TfServables.serving(models, asked));
    try {
      var servable = turn.servable();
      var signature = TfServables.signature(servable, asked.signature());
      var inputs = input.inputs(servable.signature(signature));
      var invocation = new Invocation(signature, inputs, List.of(), Map.of());
      var outputs = turn.infer(invocation, Callers.of(call));
      var result = answer.apply(TfServables.effective(servable, signature), outputs);
      turn.done();
      return result;
    } catch (RuntimeException problem) {
      throw turn.failed(problem);
    }
  }

  private byte[] metadata(byte[] message, GrpcCall call) {
    var asked = TfCalls.metadata(message);
    if (asked.fields().isEmpty()) {
      throw new InvalidInputException(
          "GetModelMetadataRequest must specify at least one metadata_field");
    }
    for (var field : asked.fields()) {
      if (!field.equals("signature_def")) {
        throw new InvalidInputException("Metadata field " + field + " is not supported");
      }
    }
    var servable = TfServables.serving(models, asked.model());
    var model = new TfModelSpec(servable.name(), servable.version(), "", "");
    return TfAnswers.metadata(model, servable.signatures());
  }

  private byte[] status(byte[] message, GrpcCall call) {
    var asked = TfCalls.status(message);
    if (asked.equals(TfModelSpec.NONE)) {
      throw new InvalidInputException("Missing ModelSpec");
    }
    var versions = TfServables.versions(models, asked);
    return TfAnswers.status(versions.stream().map(TfService::status).toList());
  }

  private static TfAnswers.Status status(Servable servable) {
    int code = servable.state() == ModelState.FAILED ? UNKNOWN : 0;
    return new TfAnswers.Status(
        servable.version(), number(servable.state()), code, servable.reason());
  }

  /// Of `ModelVersionStatus.State`.
  private static int number(ModelState state) {
    return switch (state) {
      case LOADING -> 20;
      case READY, COLD -> 30;
      case UNLOADING -> 40;
      case UNLOADED, FAILED -> 50;
    };
  }

  private byte[] reload(byte[] message, GrpcCall call) {
    reload.apply(message);
    return TfAnswers.reloaded();
  }
}
