package dev.slipway.dataplane.server.mlflow;

import dev.slipway.base.Json;
import dev.slipway.dataplane.model.Models;
import dev.slipway.dataplane.server.Callers;
import dev.slipway.dataplane.server.Failure;
import dev.slipway.dataplane.server.JsonAnswers;
import dev.slipway.dataplane.server.ModelServerSettings;
import dev.slipway.dataplane.server.OnlyModel;
import dev.slipway.dataplane.server.PayloadLogs;
import dev.slipway.dataplane.server.Protocol;
import dev.slipway.dataplane.server.Turn;
import dev.slipway.dataplane.server.WrongMethodException;
import dev.slipway.inference.codec.v1.V1ResponseWriter;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// `POST /invocations` and `GET /version`, as `mlflow models serve` has them.
public final class ScoringProtocol implements Protocol {
  private static final String INVOCATIONS = "/invocations";
  private static final String MLFLOW_VERSION = "3.0.0";

  private final Models models;
  private final ModelServerSettings settings;
  private final PayloadLogs logs;

  public ScoringProtocol(Models models, ModelServerSettings settings, PayloadLogs logs) {
    this.models = models;
    this.settings = settings;
    this.logs = logs;
  }

  @Override
  public boolean owns(String path) {
    return path.equals(INVOCATIONS);
  }

  @Override
  public boolean answer(String path, Request request, Response response) {
    if (path.equals("/version")) {
      WrongMethodException.requireGet(request);
      response
          .header("content-type", "text/plain")
          .send(MLFLOW_VERSION.getBytes(StandardCharsets.US_ASCII));
      return true;
    }
    if (!owns(path)) {
      return false;
    }
    WrongMethodException.require(request, "POST");
    var media = media(request);
    if (media.isEmpty()) {
      refuseMedia(request, response);
    } else {
      invoke(media, request, response);
    }
    return true;
  }

  /// `json` or `csv`; `""` for what is not taken.
  private static String media(Request request) {
    var parts = request.header("content-type").toLowerCase(Locale.ROOT).split(";", -1);
    for (int i = 1; i < parts.length; i++) {
      var parameter = parts[i].strip();
      if (parameter.startsWith("charset=")
          && !parameter.replace("\"", "").equals("charset=utf-8")) {
        return "";
      }
    }
    return switch (parts[0].strip()) {
      case "application/json" -> "json";
      case "text/csv" -> "csv";
      default -> "";
    };
  }

  private static void refuseMedia(Request request, Response response) {
    var text =
        "This predictor only supports the following content types: Types: ['text/csv',"
            + " 'application/json'] with charset utf-8. Got '"
            + request.header("content-type")
            + "'.";
    response
        .status(415)
        .header("content-type", "text/plain; charset=utf-8")
        .send(text.getBytes(StandardCharsets.UTF_8));
  }

  private void invoke(String media, Request request, Response response) {
    var turn = new Turn(OnlyModel.of(models, request));
    try {
      var body = request.body(settings.maxRequestBytes());
      var asked = logs.asked(turn.servable(), request, body);
      var signature = turn.servable().signature("");
      var call =
          media.equals("csv")
              ? ScoringInput.csv(new String(body, StandardCharsets.UTF_8), signature)
              : ScoringInput.json(body, signature);
      var outputs = turn.infer(call, Callers.of(response));
      var answer = V1ResponseWriter.write(outputs);
      turn.done();
      JsonAnswers.checkLength(answer.length, settings.maxAnswerBytes());
      response.header("content-type", "application/json").send(answer);
      asked.answered("application/json", answer);
    } catch (RuntimeException problem) {
      throw turn.failed(problem);
    }
  }

  @Override
  public void refuse(Failure failure, Response response) {
    var code =
        switch (failure.status()) {
          case 400, 413 -> "BAD_REQUEST";
          case 404 -> "RESOURCE_DOES_NOT_EXIST";
          case 429 -> "REQUEST_LIMIT_EXCEEDED";
          case 503, 504 -> "TEMPORARILY_UNAVAILABLE";
          default -> "INTERNAL_ERROR";
        };
    JsonAnswers.send(
        failure.status(),
        Json.object().put("error_code", code).put("message", failure.message()),
        response);
  }
}
