package dev.slipway.dataplane.server.openai;

import dev.slipway.base.Json;
import dev.slipway.dataplane.model.Models;
import dev.slipway.dataplane.model.Servable;
import dev.slipway.dataplane.server.Callers;
import dev.slipway.dataplane.server.Failure;
import dev.slipway.dataplane.server.JsonAnswers;
import dev.slipway.dataplane.server.JsonTensors;
import dev.slipway.dataplane.server.ModelServerSettings;
import dev.slipway.dataplane.server.PayloadLogs;
import dev.slipway.dataplane.server.Protocol;
import dev.slipway.dataplane.server.Turn;
import dev.slipway.dataplane.server.WrongMethodException;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `POST /v1/embeddings` and `GET /v1/models`, also under KServe's prefix `/openai`. The list of
/// models answers V1's clients too.
public final class OpenAiProtocol implements Protocol {
  private static final String PREFIX = "/openai";
  private static final String EMBEDDINGS = "/v1/embeddings";
  private static final String MODELS = "/v1/models";
  private static final String USAGE = "usage";
  private static final Set<String> ENCODINGS = Set.of("", "float", "base64");
  private static final int MOST_TEXTS = 2048;

  private final Models models;
  private final ModelServerSettings settings;
  private final PayloadLogs logs;

  public OpenAiProtocol(Models models, ModelServerSettings settings, PayloadLogs logs) {
    this.models = models;
    this.settings = settings;
    this.logs = logs;
  }

  @Override
  public boolean owns(String path) {
    return path.startsWith(PREFIX + "/") || path.equals(EMBEDDINGS);
  }

  @Override
  public boolean answer(String path, Request request, Response response) {
    var own = path.startsWith(PREFIX + "/") ? path.substring(PREFIX.length()) : path;
    if (own.equals(EMBEDDINGS)) {
      embed(request, response);
      return true;
    }
    if (own.equals(MODELS)) {
      WrongMethodException.requireGet(request);
      JsonAnswers.send(list(), response);
      return true;
    }
    if (path.startsWith(PREFIX + MODELS + "/")) {
      WrongMethodException.requireGet(request);
      var servable = models.serving(own.substring(MODELS.length() + 1), "");
      JsonAnswers.send(entry(servable.name()), response);
      return true;
    }
    return false;
  }

  private ObjectNode list() {
    var body = Json.object();
    var names = body.putArray("models");
    models.all().forEach(model -> names.add(model.name()));
    body.put("object", "list");
    var data = body.putArray("data");
    models.all().forEach(model -> data.add(entry(model.name())));
    return body;
  }

  private static ObjectNode entry(String name) {
    return Json.object()
        .put("id", name)
        .put("object", "model")
        .put("created", 0)
        .put("owned_by", "slipway");
  }

  private void embed(Request request, Response response) {
    WrongMethodException.require(request, "POST");
    var body = request.body(settings.maxRequestBytes());
    var asked = JsonTensors.object(body);
    var name = Json.text(asked, "model");
    if (name.isEmpty()) {
      throw new InvalidInputException("expected the name of a model in \"model\"");
    }
    var encoding = Json.text(asked, "encoding_format");
    if (!ENCODINGS.contains(encoding)) {
      throw new InvalidInputException(
          "encoding_format: found \"" + encoding + "\", expected float or base64");
    }
    var turn = new Turn(models.serving(name, ""));
    var logged = logs.asked(turn.servable(), request, body);
    try {
      var texts = texts(asked.path("input"));
      var tensor =
          Tensor.ofStrings(
              inputName(turn.servable()), new long[] {texts.size()}, texts.toArray(new String[0]));
      var signature = turn.servable().signatures().containsKey(USAGE) ? USAGE : "";
      var call = new Invocation(signature, List.of(tensor), List.of(), Map.of());
      var outputs = turn.infer(call, Callers.of(response));
      var answer = Embeddings.write(turn.servable(), outputs, asked);
      turn.done();
      JsonAnswers.checkLength(answer.length, settings.maxAnswerBytes());
      response.header("content-type", "application/json").send(answer);
      logged.answered("application/json", answer);
    } catch (RuntimeException problem) {
      throw turn.failed(problem);
    }
  }

  private static String inputName(Servable servable) {
    var inputs = servable.signature("").inputs();
    if (inputs.isEmpty() || inputs.getFirst().type() != DataType.BYTES) {
      throw new InvalidInputException("model " + servable.name() + " takes no text");
    }
    return inputs.getFirst().name();
  }

  private static List<String> texts(JsonNode input) {
    var texts = new ArrayList<String>();
    if (input.isString()) {
      texts.add(input.stringValue());
    } else if (input instanceof ArrayNode array) {
      for (var each : array) {
        if (!each.isString()) {
          throw new InvalidInputException(
              "input: found " + each + ", expected strings (token ids are not taken)");
        }
        texts.add(each.stringValue());
      }
    }
    if (texts.isEmpty() || texts.size() > MOST_TEXTS) {
      throw new InvalidInputException(
          "input: expected a string or up to " + MOST_TEXTS + " strings, found " + texts.size());
    }
    return texts;
  }

  private static String code(Failure failure) {
    return switch (failure.status()) {
      case 404 -> "model_not_found";
      case 429 -> "rate_limit_exceeded";
      default -> failure.grpc().name().toLowerCase(java.util.Locale.ROOT);
    };
  }

  @Override
  public void refuse(Failure failure, Response response) {
    var type = failure.status() < 500 ? "invalid_request_error" : "server_error";
    var body = Json.object();
    body.putObject("error")
        .put("message", failure.message())
        .put("type", type)
        .putNull("param")
        .put("code", code(failure));
    JsonAnswers.send(failure.status(), body, response);
  }
}
