package dev.slipway.dataplane.server.v2;

import dev.slipway.dataplane.model.Models;
import dev.slipway.dataplane.server.Callers;
import dev.slipway.dataplane.server.Failure;
import dev.slipway.dataplane.server.JsonAnswers;
import dev.slipway.dataplane.server.ModelPath;
import dev.slipway.dataplane.server.ModelServerSettings;
import dev.slipway.dataplane.server.PayloadLogs;
import dev.slipway.dataplane.server.Protocol;
import dev.slipway.dataplane.server.RequestIds;
import dev.slipway.dataplane.server.Turn;
import dev.slipway.dataplane.server.WrongMethodException;
import dev.slipway.inference.codec.v2.V2Body;
import dev.slipway.inference.codec.v2.V2Request;
import dev.slipway.inference.codec.v2.V2RequestReader;
import dev.slipway.inference.codec.v2.V2Response;
import dev.slipway.inference.codec.v2.V2ResponseWriter;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import java.nio.ByteBuffer;
import java.util.Map;

/// `/v2/…`: the Open Inference Protocol, with the binary tensor, classification, statistics,
/// repository, configuration and generate extensions.
public final class V2Protocol implements Protocol {
  static final String MODELS = "/v2/models/";
  private static final String JSON_LENGTH = "inference-header-content-length";

  private final Models models;
  private final ModelServerSettings settings;
  private final PayloadLogs logs;
  private final V2Reading reading;
  private final V2Repository repository;
  private final V2Generate generate;

  public V2Protocol(Models models, ModelServerSettings settings, PayloadLogs logs) {
    this.models = models;
    this.settings = settings;
    this.logs = logs;
    this.reading = new V2Reading(models);
    this.repository = new V2Repository(models, settings);
    this.generate = new V2Generate(models, settings);
  }

  @Override
  public boolean owns(String path) {
    return path.startsWith("/v2");
  }

  @Override
  public boolean answer(String path, Request request, Response response) {
    if (path.startsWith(MODELS)) {
      return model(ModelPath.after(MODELS, path), request, response);
    }
    return owns(path)
        && (reading.answer(path, request, response) || repository.answer(path, request, response));
  }

  private boolean model(ModelPath where, Request request, Response response) {
    switch (where.action()) {
      case "infer" -> infer(where, request, response);
      case "generate" -> generate.once(where, request, response);
      case "generate_stream" -> generate.stream(where, request, response);
      default -> {
        return reading.model(where, request, response);
      }
    }
    return true;
  }

  private void infer(ModelPath where, Request request, Response response) {
    WrongMethodException.require(request, "POST");
    var turn = new Turn(models.serving(where.name(), where.version()));
    try {
      var body = request.body(settings.maxRequestBytes());
      var logged = logs.asked(turn.servable(), request, body);
      var asked = read(turn, request, body);
      var signature = Turn.signature(asked.parameters());
      var outputs = turn.infer(asked.invocation(signature), Callers.of(response));
      var id = asked.id().isEmpty() ? RequestIds.next() : asked.id();
      var servable = turn.servable();
      var answer =
          V2ResponseWriter.write(
              new V2Response(
                  servable.name(),
                  servable.version(),
                  id,
                  Map.of(),
                  outputs,
                  servable.classLabels()),
              asked);
      turn.done();
      send(turn, answer, logged, response);
    } catch (RuntimeException problem) {
      throw turn.failed(problem);
    }
  }

  private static V2Request read(Turn turn, Request request, byte[] body) {
    var stated = request.header(JSON_LENGTH);
    if (stated.isEmpty()) {
      return V2RequestReader.read(body, V2RequestReader.ALL_JSON);
    }
    int length = length(stated, body.length);
    if (length == 0) {
      var inputs = turn.servable().signature("").inputs();
      if (inputs.size() != 1) {
        throw new InvalidInputException(
            "a raw request is for models with one input; model "
                + turn.servable().name()
                + " has "
                + inputs.size());
      }
      return V2RequestReader.raw(body, inputs.getFirst());
    }
    return V2RequestReader.read(body, length);
  }

  private static int length(String stated, int bodyLength) {
    try {
      int length = Integer.parseInt(stated.strip());
      if (length >= 0 && length <= bodyLength) {
        return length;
      }
    } catch (NumberFormatException _) {
      // told below
    }
    throw new InvalidInputException(
        "header Inference-Header-Content-Length: found \""
            + stated
            + "\", expected a number of bytes up to the body's "
            + bodyLength);
  }

  /// Large tensors go as they are, after the JSON; a logged answer is needed whole.
  private void send(Turn turn, V2Body answer, PayloadLogs.Asked logged, Response response) {
    JsonAnswers.checkLength(answer.length(), settings.maxAnswerBytes());
    var type = answer.binary() ? "application/octet-stream" : "application/json";
    if (answer.binary()) {
      response.header(JSON_LENGTH, Integer.toString(answer.jsonLength()));
    }
    response.header("content-type", type);
    if (answer.chunks().size() > 1 && turn.servable().settings().logger().isEmpty()) {
      response.header("content-length", Long.toString(answer.length()));
      response.write(answer.chunks().toArray(ByteBuffer[]::new));
      response.end();
      return;
    }
    var bytes = answer.toBytes();
    response.send(bytes);
    logged.answered(type, bytes);
  }

  @Override
  public void refuse(Failure failure, Response response) {
    JsonAnswers.error(failure, response);
  }
}
