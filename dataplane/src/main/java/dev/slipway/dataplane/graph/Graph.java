package dev.slipway.dataplane.graph;

import dev.slipway.base.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Nodes by name; requests begin at the one called `root`.
///
public record Graph(Map<String, Node> nodes, Timeouts timeouts) {
  public static final String ROOT = "root";

  /// How long the router and its callers wait (`routerTimeouts`); zero for as long as it takes.
  ///
  /// @param step for one step's answer (`serviceClient`)
  /// @param read for the whole request (`serverRead`)
  /// @param write from the request's head to the end of the answer (`serverWrite`)
  public record Timeouts(Duration step, Duration read, Duration write) {}

  /// Of `serverRead` and `serverWrite` where nothing is said (`cmd/router/main.go`).
  private static final int SERVER_SECONDS = 60;

  public Graph {
    nodes = Map.copyOf(nodes);
  }

  /// How a node treats its steps.
  public enum Router {
    /// One after the other.
    SEQUENCE,
    /// One of them, by weight.
    SPLITTER,
    /// All at once, answers side by side.
    ENSEMBLE,
    /// The first whose condition the request meets.
    SWITCH
  }

  public record Node(Router router, List<Step> steps) {
    public Node {
      steps = List.copyOf(steps);
    }
  }

  /// One call.
  ///
  /// @param name may be empty
  /// @param node another node; empty where `url` is given
  /// @param url of a service; empty where `node` is given
  /// @param takesResponse whether it gets the answer before it instead of the request
  /// @param predictionsAreInstances whether the `predictions` it gets are passed on as `instances`
  /// @param weight its share, of 100
  /// @param condition a GJSON path that must exist; empty for none
  /// @param hard whether its failure ends the node
  public record Step(
      String name,
      String node,
      String url,
      boolean takesResponse,
      boolean predictionsAreInstances,
      int weight,
      String condition,
      boolean hard) {
    /// As results name it: its name, else its position.
    String key(int position) {
      return name.isEmpty() ? Integer.toString(position) : name;
    }
  }

  /// Reads the `spec` of an InferenceGraph, its services resolved to addresses.
  ///
  /// @throws IllegalArgumentException naming the field that is wrong
  public static Graph parse(String json) {
    try {
      return of(Json.parseObject(json));
    } catch (JacksonException e) {
      throw new IllegalArgumentException("the graph is no JSON: " + e.getOriginalMessage());
    }
  }

  /// As [#parse].
  public static Graph of(JsonNode spec) {
    var nodes = new LinkedHashMap<String, Node>();
    for (var entry : spec.path("nodes").properties()) {
      nodes.put(entry.getKey(), node(entry.getKey(), entry.getValue()));
    }
    if (!nodes.containsKey(ROOT)) {
      throw new IllegalArgumentException("nodes: there is no node called root");
    }
    for (var entry : nodes.entrySet()) {
      for (Step step : entry.getValue().steps()) {
        if (!step.node().isEmpty() && !nodes.containsKey(step.node())) {
          throw new IllegalArgumentException(
              "nodes." + entry.getKey() + ".steps: there is no node called " + step.node());
        }
      }
    }
    var limits = spec.path("routerTimeouts");
    return new Graph(
        nodes,
        new Timeouts(
            seconds(limits.path("serviceClient"), 0),
            seconds(limits.path("serverRead"), SERVER_SECONDS),
            seconds(limits.path("serverWrite"), SERVER_SECONDS)));
  }

  private static Duration seconds(JsonNode given, int otherwise) {
    return Duration.ofSeconds(Math.max(0, given.asLong(otherwise)));
  }

  private static Node node(String name, JsonNode node) {
    var steps = new ArrayList<Step>();
    for (JsonNode step : node.path("steps")) {
      steps.add(step(step));
    }
    return new Node(router(name, Json.text(node, "routerType")), steps);
  }

  private static Router router(String node, String type) {
    return switch (type) {
      case "Sequence" -> Router.SEQUENCE;
      case "Splitter" -> Router.SPLITTER;
      case "Ensemble" -> Router.ENSEMBLE;
      case "Switch" -> Router.SWITCH;
      default ->
          throw new IllegalArgumentException(
              "nodes."
                  + node
                  + ".routerType: invalid route type: "
                  + type
                  + " (expected one of: Ensemble, Sequence, Splitter, Switch)");
    };
  }

  private static Step step(JsonNode step) {
    return new Step(
        Json.text(step, "name"),
        Json.text(step, "nodeName"),
        Json.text(step, "serviceUrl"),
        Json.text(step, "data").equals("$response"),
        step.path("mapPredictionsToInstances").asBoolean(false),
        step.path("weight").asInt(0),
        Json.text(step, "condition"),
        Json.text(step, "dependency").equals("Hard"));
  }
}
