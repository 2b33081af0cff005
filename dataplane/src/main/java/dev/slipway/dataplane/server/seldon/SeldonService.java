package dev.slipway.dataplane.server.seldon;

import dev.slipway.dataplane.model.Models;
import dev.slipway.dataplane.model.Servable;
import dev.slipway.dataplane.server.Callers;
import dev.slipway.dataplane.server.GrpcFailures;
import dev.slipway.dataplane.server.JsonAnswers;
import dev.slipway.dataplane.server.ModelServerSettings;
import dev.slipway.dataplane.server.OnlyModel;
import dev.slipway.dataplane.server.RequestIds;
import dev.slipway.dataplane.server.Turn;
import dev.slipway.inference.codec.proto.ProtoWriter;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.net.grpc.GrpcCall;
import dev.slipway.net.grpc.GrpcMethod;
import dev.slipway.net.grpc.GrpcMethods;
import java.util.List;
import java.util.Map;

/// `seldon.protos.Seldon`, as a deployment has it, and `Model`, as one of its components has it.
/// The
/// model is that of the metadata field `seldon-model`, or the only one.
public final class SeldonService {
  private static final String SELDON = "/seldon.protos.Seldon/";
  private static final String MODEL = "/seldon.protos.Model/";

  private final Models models;
  private final ModelServerSettings settings;

  private SeldonService(Models models, ModelServerSettings settings) {
    this.models = models;
    this.settings = settings;
  }

  public static GrpcMethods methods(Models models, ModelServerSettings settings) {
    var service = new SeldonService(models, settings);
    return GrpcMethods.none()
        .unary(SELDON + "Predict", guarded(service::predict))
        .unary(SELDON + "SendFeedback", guarded(service::feedback))
        .unary(SELDON + "ModelMetadata", guarded(service::model))
        .unary(SELDON + "GraphMetadata", guarded(service::graph))
        .unary(MODEL + "Predict", guarded(service::predict))
        .unary(MODEL + "SendFeedback", guarded(service::feedback));
  }

  private static GrpcMethod.Unary guarded(GrpcMethod.Unary method) {
    return (message, call) -> {
      try {
        return method.answer(message, call);
      } catch (RuntimeException problem) {
        throw GrpcFailures.of(problem);
      }
    };
  }

  private byte[] predict(byte[] message, GrpcCall call) {
    var turn = new Turn(OnlyModel.of(models, call.request()));
    try {
      var answer = predicted(message, turn, call);
      JsonAnswers.checkLength(answer.length, settings.maxAnswerBytes());
      return answer;
    } catch (RuntimeException problem) {
      throw turn.failed(problem);
    }
  }

  private static byte[] predicted(byte[] message, Turn turn, GrpcCall call) {
    var servable = turn.servable();
    var asked = SeldonProto.read(message, servable.signature(""));
    var method = SeldonProtocol.method(servable);
    var invocation = new Invocation(method, asked.inputs(), List.of(), Map.of());
    var outputs = turn.infer(invocation, Callers.of(call));
    var puid = asked.meta().path("puid").asString("");
    var answer =
        SeldonProto.write(asked, servable, outputs, puid.isEmpty() ? RequestIds.next() : puid);
    turn.done();
    return answer;
  }

  private byte[] feedback(byte[] message, GrpcCall call) {
    var reward = SeldonProto.reward(message);
    OnlyModel.of(models, call.request()).stats().rewarded(SeldonProtocol.thousandths(reward));
    var writer = new ProtoWriter(16);
    return writer.end(writer.begin(2)).toBytes();
  }

  private byte[] model(byte[] message, GrpcCall call) {
    var name = SeldonProto.modelName(message);
    return SeldonProto.model(
        name.isEmpty() ? OnlyModel.of(models, call.request()) : models.serving(name, ""));
  }

  private byte[] graph(byte[] message, GrpcCall call) {
    List<Servable> all = models.all().stream().flatMap(model -> model.latest().stream()).toList();
    return SeldonProto.graph(all);
  }
}
