package dev.slipway.dataplane.server.oip;

import dev.slipway.dataplane.model.Models;
import dev.slipway.dataplane.model.ServeException;
import dev.slipway.dataplane.server.Callers;
import dev.slipway.dataplane.server.GrpcFailures;
import dev.slipway.dataplane.server.ModelServerSettings;
import dev.slipway.dataplane.server.RequestIds;
import dev.slipway.dataplane.server.Turn;
import dev.slipway.dataplane.server.v2.ServedFacts;
import dev.slipway.inference.codec.oip.OipInfer;
import dev.slipway.inference.codec.oip.OipInferRequest;
import dev.slipway.inference.codec.oip.OipMessages;
import dev.slipway.inference.codec.v2.V2Response;
import dev.slipway.net.grpc.GrpcCall;
import dev.slipway.net.grpc.GrpcMethod;
import dev.slipway.net.grpc.GrpcMethods;
import dev.slipway.net.grpc.GrpcReader;
import dev.slipway.net.grpc.GrpcWriter;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;

/// `inference.GRPCInferenceService`, with Triton's statistics, repository and stream methods.
public final class OipService {
  private static final String SERVICE = "/inference.GRPCInferenceService/";

  private final Models models;
  private final ModelServerSettings settings;

  private OipService(Models models, ModelServerSettings settings) {
    this.models = models;
    this.settings = settings;
  }

  public static GrpcMethods methods(Models models, ModelServerSettings settings) {
    var service = new OipService(models, settings);
    return GrpcMethods.none()
        .unary(SERVICE + "ServerLive", (_, _) -> OipMessages.flag(true))
        .unary(SERVICE + "ServerReady", (_, _) -> OipMessages.flag(models.ready()))
        .unary(SERVICE + "ServerMetadata", (_, _) -> server())
        .unary(SERVICE + "ModelReady", guarded(service::modelReady))
        .unary(SERVICE + "ModelMetadata", guarded(service::modelMetadata))
        .unary(SERVICE + "ModelStatistics", guarded(service::statistics))
        .unary(SERVICE + "RepositoryIndex", guarded(service::index))
        .unary(SERVICE + "RepositoryModelLoad", guarded(service::load))
        .unary(SERVICE + "RepositoryModelUnload", guarded(service::unload))
        .unaryPieces(SERVICE + "ModelInfer", service::infer)
        .streaming(SERVICE + "ModelStreamInfer", service::stream);
  }

  /// A method whose failures are told in the service's words.
  private static GrpcMethod.Unary guarded(GrpcMethod.Unary method) {
    return (message, call) -> {
      try {
        return method.answer(message, call);
      } catch (RuntimeException problem) {
        throw GrpcFailures.of(problem);
      }
    };
  }

  private static byte[] server() {
    return OipMessages.server(ServedFacts.SERVER, ServedFacts.version(), ServedFacts.EXTENSIONS);
  }

  private byte[] modelReady(byte[] message, GrpcCall call) {
    var model = OipMessages.readModel(message);
    try {
      models.serving(model.name(), model.version());
      return OipMessages.flag(true);
    } catch (ServeException.NotReady _) {
      return OipMessages.flag(false);
    }
  }

  private byte[] modelMetadata(byte[] message, GrpcCall call) {
    var model = OipMessages.readModel(message);
    var servable = models.serving(model.name(), model.version());
    return OipMessages.model(
        servable.name(),
        ServedFacts.versions(models, servable),
        servable.platform(),
        servable.signatures().firstEntry().getValue());
  }

  private byte[] statistics(byte[] message, GrpcCall call) {
    var model = OipMessages.readModel(message);
    return OipMessages.statistics(ServedFacts.statistics(models, model.name(), model.version()));
  }

  private byte[] index(byte[] message, GrpcCall call) {
    return OipMessages.index(ServedFacts.index(models, OipMessages.readIndexRequest(message)));
  }

  private byte[] load(byte[] message, GrpcCall call) {
    requireControl();
    var name = OipMessages.readRepositoryModel(message);
    try {
      models.reload(name).join();
    } catch (CompletionException problem) {
      if (problem.getCause() instanceof ServeException told) {
        throw told;
      }
      throw problem;
    }
    return OipMessages.done(name);
  }

  private byte[] unload(byte[] message, GrpcCall call) {
    requireControl();
    var name = OipMessages.readRepositoryModel(message);
    models.unload(name);
    return OipMessages.done(name);
  }

  private void requireControl() {
    if (!settings.controlsModels()) {
      throw new ServeException.Unimplemented(
          "this server does not let clients load or unload models");
    }
  }

  private List<ByteBuffer> infer(byte[] message, GrpcCall call) {
    try {
      return answer(message, call);
    } catch (RuntimeException problem) {
      throw GrpcFailures.of(problem);
    }
  }

  private void stream(GrpcReader in, GrpcWriter out, GrpcCall call) throws Exception {
    for (var message = in.next(); message.isPresent(); message = in.next()) {
      try {
        out.write(OipInfer.streamed(answer(message.get(), call)));
      } catch (RuntimeException problem) {
        out.write(OipInfer.streamError(GrpcFailures.message(problem)));
      }
    }
  }

  private List<ByteBuffer> answer(byte[] message, GrpcCall call) {
    var asked = OipInfer.read(message);
    var turn = new Turn(models.serving(asked.modelName(), asked.modelVersion()));
    try {
      return answer(asked, turn, call);
    } catch (RuntimeException problem) {
      throw turn.failed(problem);
    }
  }

  private static List<ByteBuffer> answer(OipInferRequest asked, Turn turn, GrpcCall call) {
    var request = asked.request();
    var signature = Turn.signature(request.parameters());
    var outputs = turn.infer(request.invocation(signature), Callers.of(call));
    var id = request.id().isEmpty() ? RequestIds.next() : request.id();
    var servable = turn.servable();
    var response =
        new V2Response(
            servable.name(), servable.version(), id, Map.of(), outputs, servable.classLabels());
    var pieces = OipInfer.write(response, request);
    turn.done();
    return pieces;
  }
}
