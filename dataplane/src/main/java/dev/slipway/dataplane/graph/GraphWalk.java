package dev.slipway.dataplane.graph;

import dev.slipway.base.Json;
import dev.slipway.dataplane.graph.Graph.Node;
import dev.slipway.dataplane.graph.Graph.Step;
import dev.slipway.dataplane.graph.StepCaller.Answer;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntSupplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One request on its way through a graph. Used by one thread, and those it starts for ensembles.
///
/// Follows `routeStep` of `cmd/router/main.go` of kserve/kserve.
final class GraphWalk {
  private static final int MAX_DEPTH = 64;

  private final Graph graph;
  private final StepCaller caller;
  private final Passed headers;
  private final IntSupplier point;

  /// Headers of the request that steps get.
  ///
  /// @param everywhere sent with every step
  /// @param here sent with steps that are this platform's own services
  record Passed(Map<String, List<String>> everywhere, Map<String, List<String>> here) {
    Map<String, List<String>> to(String url, StepCaller caller) {
      return everywhere.equals(here) || !caller.isHere(url) ? everywhere : here;
    }
  }

  /// @param point draws from 0 to 99, for splitters
  GraphWalk(Graph graph, StepCaller caller, Passed headers, IntSupplier point) {
    this.graph = graph;
    this.caller = caller;
    this.headers = headers;
    this.point = point;
  }

  /// @throws GraphException where the graph itself fails
  Answer walk(byte[] request) throws InterruptedException {
    return node(Graph.ROOT, request, 0);
  }

  private Answer node(String name, byte[] request, int depth) throws InterruptedException {
    Node node = graph.nodes().get(name);
    if (node == null || depth > MAX_DEPTH) {
      throw new GraphException(500, "node " + name + " cannot be reached");
    }
    return switch (node.router()) {
      case SEQUENCE -> sequence(node, request, depth);
      case ENSEMBLE -> ensemble(node, request, depth);
      case SPLITTER ->
          step(
              byWeight(node)
                  .orElseThrow(
                      () -> new GraphException(500, "no route was selected by the splitter")),
              request,
              depth);
      case SWITCH ->
          step(
              byCondition(node, request)
                  .orElseThrow(
                      () ->
                          new GraphException(
                              404, "None of the routes matched with the switch condition")),
              request,
              depth);
    };
  }

  private Answer step(Step step, byte[] request, int depth) throws InterruptedException {
    if (!step.node().isEmpty()) {
      return node(step.node(), request, depth + 1);
    }
    try {
      return caller.call(step.url(), headers.to(step.url(), caller), request);
    } catch (IOException e) {
      throw new GraphException(500, "Post \"" + step.url() + "\": " + said(e));
    }
  }

  private static String said(IOException e) {
    if (e instanceof HttpTimeoutException) {
      return "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";
    }
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }

  private Optional<Step> byWeight(Node node) {
    int drawn = point.getAsInt();
    int end = 0;
    for (Step step : node.steps()) {
      end += step.weight();
      if (drawn < end) {
        return Optional.of(step);
      }
    }
    return Optional.empty();
  }

  private static Optional<Step> byCondition(Node node, byte[] request) {
    Optional<JsonNode> document = document(request);
    return document.flatMap(
        it ->
            node.steps().stream()
                .filter(step -> GjsonPath.exists(it, step.condition()))
                .findFirst());
  }

  private static Optional<JsonNode> document(byte[] body) {
    try {
      return Optional.of(Json.parse(body));
    } catch (JacksonException _) {
      return Optional.empty();
    }
  }

  private Answer sequence(Node node, byte[] request, int depth) throws InterruptedException {
    Answer answer = new Answer(0, new byte[0]);
    for (int i = 0; i < node.steps().size(); i++) {
      Step step = node.steps().get(i);
      byte[] input = step.takesResponse() && i > 0 ? answer.body() : request;
      if (step.predictionsAreInstances()) {
        input = instances(input);
      }
      if (!step.condition().isEmpty() && !met(step, answer)) {
        return new Answer(200, answer.body());
      }
      answer = step(step, input, depth);
      if (step.hard() && !answer.succeeded()) {
        return answer;
      }
    }
    return answer;
  }

  private static boolean met(Step step, Answer answer) {
    JsonNode document =
        document(answer.body()).orElseThrow(() -> new GraphException(500, "invalid response"));
    return GjsonPath.exists(document, step.condition());
  }

  /// `predictions` as `instances`, alone; anything else as it is.
  private static byte[] instances(byte[] body) {
    Optional<JsonNode> document = document(body);
    JsonNode predictions =
        document.map(it -> it.path("predictions")).orElseGet(() -> Json.array().path(0));
    if (!predictions.isArray() || predictions.isEmpty()) {
      return body;
    }
    ObjectNode request = Json.object();
    request.set("instances", predictions);
    return Json.bytes(request);
  }

  private Answer ensemble(Node node, byte[] request, int depth) throws InterruptedException {
    var running = new ArrayList<Future<Answer>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Step step : node.steps()) {
        running.add(threads.submit(() -> step(step, request, depth)));
      }
      return sideBySide(node, running);
    }
  }

  private static Answer sideBySide(Node node, List<Future<Answer>> running)
      throws InterruptedException {
    ObjectNode all = Json.object();
    for (int i = 0; i < running.size(); i++) {
      Step step = node.steps().get(i);
      Answer answer = await(running.get(i));
      if (!(document(answer.body()).orElse(Json.array()) instanceof ObjectNode object)) {
        throw new GraphException(
            500, "step " + step.key(i) + " of the ensemble answered no JSON object");
      }
      if (step.hard() && !answer.succeeded()) {
        return answer;
      }
      all.set(step.key(i), object);
    }
    return new Answer(200, Json.bytes(all));
  }

  private static Answer await(Future<Answer> running) throws InterruptedException {
    try {
      return running.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GraphException own) {
        throw own;
      }
      if (e.getCause() instanceof InterruptedException interrupted) {
        throw interrupted;
      }
      throw new GraphException(500, String.valueOf(e.getCause()));
    }
  }
}
