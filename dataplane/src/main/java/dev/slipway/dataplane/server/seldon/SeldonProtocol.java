package dev.slipway.dataplane.server.seldon;

import dev.slipway.base.Json;
import dev.slipway.dataplane.model.Models;
import dev.slipway.dataplane.model.Servable;
import dev.slipway.dataplane.server.Callers;
import dev.slipway.dataplane.server.Failure;
import dev.slipway.dataplane.server.JsonAnswers;
import dev.slipway.dataplane.server.JsonTensors;
import dev.slipway.dataplane.server.ModelServerSettings;
import dev.slipway.dataplane.server.OnlyModel;
import dev.slipway.dataplane.server.PayloadLogs;
import dev.slipway.dataplane.server.Protocol;
import dev.slipway.dataplane.server.RequestIds;
import dev.slipway.dataplane.server.Turn;
import dev.slipway.dataplane.server.WrongMethodException;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// `/api/v1.0/…` (and its old name `/api/v0.1/…`), and a component's own `/predict`. scikit-learn
/// models answer with probabilities where they have them, as Seldon's server does, unless the
/// option
/// `method` says otherwise.
public final class SeldonProtocol implements Protocol {
  private static final String CURRENT = "/api/v1.0/";
  private static final String OLD = "/api/v0.1/";
  private static final String PUID = "seldon-puid";
  private static final Set<String> COMPONENT =
      Set.of("/predict", "/send-feedback", "/health/status");
  private static final double THOUSAND = 1000;

  private final Models models;
  private final ModelServerSettings settings;
  private final PayloadLogs logs;

  public SeldonProtocol(Models models, ModelServerSettings settings, PayloadLogs logs) {
    this.models = models;
    this.settings = settings;
    this.logs = logs;
  }

  @Override
  public boolean owns(String path) {
    return path.startsWith(CURRENT) || path.startsWith(OLD) || COMPONENT.contains(path);
  }

  @Override
  public boolean answer(String path, Request request, Response response) {
    if (!owns(path)) {
      return false;
    }
    var action = path.startsWith("/api/") ? path.substring(CURRENT.length()) : path.substring(1);
    switch (action) {
      case "predictions", "predict" -> predict(request, response);
      case "feedback", "send-feedback" -> feedback(request, response);
      case "health/status", "status" -> healthy(request, response);
      case "metadata" -> JsonAnswers.send(SeldonDocuments.graph(models), response);
      default -> {
        return model(action, request, response);
      }
    }
    return true;
  }

  private boolean model(String action, Request request, Response response) {
    if (action.startsWith("metadata/")) {
      var servable = models.serving(action.substring("metadata/".length()), "");
      JsonAnswers.send(SeldonDocuments.model(servable), response);
      return true;
    }
    if (action.startsWith("status/")) {
      models.serving(action.substring("status/".length()), "");
      healthy(request, response);
      return true;
    }
    return false;
  }

  private static void healthy(Request request, Response response) {
    WrongMethodException.requireGet(request);
    response
        .header("content-type", "application/json")
        .send("{\"data\":{\"ndarray\":[]},\"meta\":{}}".getBytes(StandardCharsets.UTF_8));
  }

  private void predict(Request request, Response response) {
    var turn = new Turn(OnlyModel.of(models, request));
    try {
      var body = body(request);
      var servable = turn.servable();
      var asked =
          request.header("seldon-skip-logging").isEmpty()
              ? logs.asked(servable, request, body)
              : PayloadLogs.Asked.NOT_LOGGED;
      var message = SeldonMessage.read(JsonTensors.object(body), servable.signature(""));
      var call = new Invocation(method(servable), message.inputs(), List.of(), Map.of());
      var outputs = turn.infer(call, Callers.of(response));
      var puid = puid(request, message);
      var answer = message.answer(servable, outputs, puid);
      turn.done();
      JsonAnswers.checkLength(answer.length, settings.maxAnswerBytes());
      response
          .header(PUID, puid)
          .header("x-content-type-options", "nosniff")
          .header("content-type", "application/json")
          .send(answer);
      asked.answered("application/json", answer);
    } catch (RuntimeException problem) {
      throw turn.failed(problem);
    }
  }

  /// What a request asks of a model.
  static String method(Servable servable) {
    boolean chosen = servable.settings().options().containsKey("method");
    return !chosen && servable.signatures().containsKey("predict_proba") ? "predict_proba" : "";
  }

  private static String puid(Request request, SeldonMessage message) {
    var given = request.header(PUID);
    var own = given.isEmpty() ? Json.text(message.meta(), "puid") : given;
    return own.isEmpty() ? RequestIds.next() : own;
  }

  /// The JSON: the body, the form field or the query parameter `json`.
  private byte[] body(Request request) {
    if (request.method().equals("GET")) {
      return OnlyModel.query(request).getOrDefault("json", "").getBytes(StandardCharsets.UTF_8);
    }
    WrongMethodException.require(request, "POST");
    var body = request.body(settings.maxRequestBytes());
    var text = body.length > 5 ? new String(body, 0, 5, StandardCharsets.UTF_8) : "";
    if (text.equals("json=")) {
      var value = new String(body, 5, body.length - 5, StandardCharsets.UTF_8);
      return OnlyModel.form(value).getBytes(StandardCharsets.UTF_8);
    }
    return body;
  }

  /// A reward for an earlier answer; counted for the model.
  private void feedback(Request request, Response response) {
    WrongMethodException.require(request, "POST");
    var servable = OnlyModel.of(models, request);
    ObjectNode body = JsonTensors.object(request.body(settings.maxRequestBytes()));
    double reward = body.path("reward").asDouble(0);
    servable.stats().rewarded(thousandths(reward));
    var answer = Json.object();
    answer.putObject("data").putObject("tensor").putArray("shape").add(0);
    answer.putObject("meta");
    JsonAnswers.send(answer, response);
  }

  /// Rewards are counted in thousandths.
  static long thousandths(double reward) {
    return Math.round(reward * THOUSAND);
  }

  @Override
  public void refuse(Failure failure, Response response) {
    var status = Json.object();
    boolean bad = failure.status() == 400;
    status
        .put("code", bad ? -1 : failure.status())
        .put("info", failure.message())
        .put("reason", bad ? "MICROSERVICE_BAD_DATA" : failure.grpc().name());
    if (bad) {
      status.put("status", 1);
    } else {
      status.put("status", "FAILURE");
    }
    var body = Json.object();
    body.set("status", status);
    JsonAnswers.send(failure.status(), body, response);
  }
}
