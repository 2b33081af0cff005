package dev.slipway.dataplane.server.tfserving;

import dev.slipway.dataplane.model.Models;
import dev.slipway.dataplane.model.Servable;
import dev.slipway.dataplane.server.Callers;
import dev.slipway.dataplane.server.Failure;
import dev.slipway.dataplane.server.JsonAnswers;
import dev.slipway.dataplane.server.ModelServerSettings;
import dev.slipway.dataplane.server.PayloadLogs;
import dev.slipway.dataplane.server.Protocol;
import dev.slipway.dataplane.server.Turn;
import dev.slipway.dataplane.server.WrongMethodException;
import dev.slipway.inference.codec.tfserving.TfExamples;
import dev.slipway.inference.codec.tfserving.TfRequestReader;
import dev.slipway.inference.codec.tfserving.TfResponseWriter;
import dev.slipway.inference.codec.tfserving.TfResults;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import java.util.List;
import java.util.Map;

/// TensorFlow Serving's REST API. A plain `:predict` of a model that is not TensorFlow's is left to
/// V1, which reads the same bodies but for the column form.
public final class TfServingProtocol implements Protocol {
  private static final String TENSORFLOW = "tensorflow";
  private static final String PREFIX = "/v1/models";
  private static final int TOO_MANY_REQUESTS = 429;

  private final Models models;
  private final ModelServerSettings settings;
  private final PayloadLogs logs;

  public TfServingProtocol(Models models, ModelServerSettings settings, PayloadLogs logs) {
    this.models = models;
    this.settings = settings;
    this.logs = logs;
  }

  @Override
  public boolean owns(String path) {
    return path.regionMatches(true, 0, PREFIX, 0, PREFIX.length());
  }

  @Override
  public boolean answer(String path, Request request, Response response) {
    if (!owns(path)) {
      return false;
    }
    var found = TfPath.parse(path);
    if (found.isEmpty()) {
      return false;
    }
    var where = found.get();
    switch (where.verb()) {
      case "" -> status(where, request, response);
      case "metadata" -> metadata(where, request, response);
      case "predict" -> {
        if (!isOurs(where)) {
          return false;
        }
        predict(where, request, response);
      }
      default -> examples(where, request, response);
    }
    return true;
  }

  private boolean isOurs(TfPath where) {
    if (where.pinned()) {
      return true;
    }
    var model = models.find(where.name()).flatMap(each -> each.latest());
    return model.isPresent()
        && (model.get().format().equals(TENSORFLOW)
            || TENSORFLOW.equals(model.get().settings().options().get("protocol")));
  }

  private Servable serving(TfPath where) {
    return TfServables.serving(models, where.model());
  }

  private void status(TfPath where, Request request, Response response) {
    WrongMethodException.requireGet(request);
    var status = TfDocuments.status(models, where);
    response.status(where.pinned() || status.ready() ? 200 : 503);
    JsonAnswers.send(status.body(), response);
  }

  private void metadata(TfPath where, Request request, Response response) {
    WrongMethodException.requireGet(request);
    JsonAnswers.send(TfDocuments.metadata(serving(where)), response);
  }

  private void predict(TfPath where, Request request, Response response) {
    WrongMethodException.require(request, "POST");
    var turn = new Turn(serving(where));
    try {
      var body = request.body(settings.maxRequestBytes());
      var servable = turn.servable();
      var logged = logs.asked(servable, request, body);
      var asked =
          TfRequestReader.read(
              body, name -> servable.signature(TfServables.signature(servable, name)));
      var name = TfServables.signature(servable, asked.signature());
      var call = new Invocation(name, asked.inputs(), List.of(), Map.of());
      var outputs = turn.infer(call, Callers.of(response));
      finish(turn, logged, TfResponseWriter.write(outputs, asked.rows()), response);
    } catch (RuntimeException problem) {
      throw turn.failed(problem);
    }
  }

  private void examples(TfPath where, Request request, Response response) {
    WrongMethodException.require(request, "POST");
    var turn = new Turn(serving(where));
    try {
      var body = request.body(settings.maxRequestBytes());
      var logged = logs.asked(turn.servable(), request, body);
      var asked = TfExamples.read(body);
      var name = TfServables.signature(turn.servable(), asked.signature());
      var inputs = TfExamples.inputs(asked.examples(), turn.servable().signature(name));
      var call = new Invocation(name, inputs, List.of(), Map.of());
      var outputs = turn.infer(call, Callers.of(response));
      boolean classifies = where.names("classify");
      var answer = classifies ? TfResults.classify(outputs) : TfResults.regress(outputs);
      finish(turn, logged, answer, response);
    } catch (RuntimeException problem) {
      throw turn.failed(problem);
    }
  }

  private void finish(Turn turn, PayloadLogs.Asked logged, byte[] answer, Response response) {
    turn.done();
    JsonAnswers.checkLength(answer.length, settings.maxAnswerBytes());
    response.header("content-type", "application/json").send(answer);
    logged.answered("application/json", answer);
  }

  /// A full queue is `UNAVAILABLE` here.
  @Override
  public void refuse(Failure failure, Response response) {
    JsonAnswers.error(
        failure.status() == TOO_MANY_REQUESTS
            ? Failure.of(503, failure.grpc(), failure.message())
            : failure,
        response);
  }
}
