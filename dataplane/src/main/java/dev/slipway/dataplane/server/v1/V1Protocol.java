package dev.slipway.dataplane.server.v1;

import dev.slipway.dataplane.model.ModelSettings.Batching;
import dev.slipway.dataplane.model.Models;
import dev.slipway.dataplane.model.Servable;
import dev.slipway.dataplane.model.ServeException;
import dev.slipway.dataplane.server.Callers;
import dev.slipway.dataplane.server.Failure;
import dev.slipway.dataplane.server.JsonAnswers;
import dev.slipway.dataplane.server.ModelPath;
import dev.slipway.dataplane.server.ModelServerSettings;
import dev.slipway.dataplane.server.PayloadLogs;
import dev.slipway.dataplane.server.Protocol;
import dev.slipway.dataplane.server.Turn;
import dev.slipway.dataplane.server.WrongMethodException;
import dev.slipway.inference.codec.v1.V1RequestReader;
import dev.slipway.inference.codec.v1.V1ResponseWriter;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.engine.Signature;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import java.util.List;
import java.util.Set;

/// `POST /v1/models/NAME:predict`, in plain JSON or as a CloudEvent. Content types are taken as
/// they
/// come: `application/json` in any spelling, or none.
public final class V1Protocol implements Protocol {
  private static final String MODELS = "/v1/models/";
  private static final String PREDICT = ":predict";
  private static final String EXPLAIN = ":explain";

  /// Formats whose server at KServe answers with a data frame.
  private static final Set<String> TABLES = Set.of("pmml");

  private final Models models;
  private final ModelServerSettings settings;
  private final PayloadLogs logs;

  public V1Protocol(Models models, ModelServerSettings settings, PayloadLogs logs) {
    this.models = models;
    this.settings = settings;
    this.logs = logs;
  }

  @Override
  public boolean owns(String path) {
    return path.startsWith("/v1/models");
  }

  @Override
  public boolean answer(String path, Request request, Response response) {
    if (!path.startsWith(MODELS)) {
      return false;
    }
    if (path.endsWith(PREDICT)) {
      predict(name(path, PREDICT), request, response);
      return true;
    }
    if (path.endsWith(EXPLAIN)) {
      throw new ServeException.Unimplemented("model " + name(path, EXPLAIN) + " has no explainer");
    }
    return false;
  }

  private static String name(String path, String verb) {
    return ModelPath.decoded(path.substring(MODELS.length(), path.length() - verb.length()));
  }

  private void predict(String name, Request request, Response response) {
    WrongMethodException.require(request, "POST");
    var turn = new Turn(models.serving(name, ""));
    try {
      var body = request.body(settings.maxRequestBytes());
      var logged = logs.asked(turn.servable(), request, body);
      var event = CloudEvent.read(request, body);
      var asked = V1RequestReader.read(event.data(), names(turn.servable()));
      var call = asked.invocation(Turn.signature(asked.parameters()));
      var answer = computed(turn, call, response);
      turn.done();
      JsonAnswers.checkLength(answer.length, settings.maxAnswerBytes());
      event.answer(name, answer, response);
      logged.answered("application/json", answer);
    } catch (RuntimeException problem) {
      throw turn.failed(problem);
    }
  }

  private static byte[] computed(Turn turn, Invocation call, Response response) {
    var servable = turn.servable();
    boolean table = TABLES.contains(servable.format());
    if (servable.settings().batching().filter(Batching::told).isPresent()) {
      var member = new BatchMember(response);
      var outputs = turn.infer(call, member);
      return V1ResponseWriter.writeBatched(member.batch(), outputs, table);
    }
    var outputs = turn.infer(call, Callers.of(response));
    return table ? V1ResponseWriter.writeTable(outputs) : V1ResponseWriter.write(outputs);
  }

  private static List<String> names(Servable servable) {
    return servable.signatures().firstEntry().getValue().inputs().stream()
        .map(Signature.Spec::name)
        .toList();
  }

  @Override
  public void refuse(Failure failure, Response response) {
    JsonAnswers.error(failure, response);
  }
}
