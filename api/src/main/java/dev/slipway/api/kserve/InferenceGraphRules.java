package dev.slipway.api.kserve;

import dev.slipway.api.KindRules;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// An InferenceGraph before it is stored.
///
/// Follows `pkg/apis/serving/v1alpha1/inference_graph_validation.go`; that steps name nodes which
/// exist and do not lead back to themselves is checked here as well, where KServe fails at the
/// first
/// request.
public final class InferenceGraphRules implements KindRules {
  private static final String NAME_PATTERN = "[a-z]([-a-z0-9]*[a-z0-9])?";
  private static final Pattern NAME = Pattern.compile(NAME_PATTERN);
  private static final List<String> ROUTERS = List.of("Sequence", "Splitter", "Ensemble", "Switch");

  @Override
  public String group() {
    return Kserve.GROUP;
  }

  @Override
  public String kind() {
    return "InferenceGraph";
  }

  @Override
  public List<Problem> judge(Admitting admitting, ObjectNode object) {
    var problems = new ArrayList<Problem>();
    String name = Json.text(object, "metadata", "name");
    if (!NAME.matcher(name).matches()) {
      problems.add(
          Problem.invalid(
              FieldPath.of("metadata", "name"),
              name,
              "The InferenceGraph \""
                  + name
                  + "\" is invalid: a InferenceGraph name must consist of lower case alphanumeric"
                  + " characters or '-', and must start with alphabetical character. (e.g."
                  + " \"my-name\" or \"abc-123\", regex used for validation is '"
                  + NAME_PATTERN
                  + "')"));
    }
    FieldPath at = FieldPath.of("spec", "nodes");
    JsonNode nodes = object.path("spec").path("nodes");
    if (!nodes.has("root")) {
      problems.add(
          Problem.required(
              at.key("root"),
              "root node not found, InferenceGraph needs a node with name 'root' as the root node"
                  + " of the graph"));
    }
    for (var node : nodes.properties()) {
      node(name, node.getKey(), node.getValue(), nodes, at.key(node.getKey()), problems);
    }
    return problems;
  }

  private static void node(
      String graph,
      String name,
      JsonNode node,
      JsonNode nodes,
      FieldPath at,
      List<Problem> problems) {
    String router = Json.text(node, "routerType");
    if (!ROUTERS.contains(router)) {
      problems.add(Problem.notSupported(at.field("routerType"), router, ROUTERS));
    }
    var names = new HashSet<String>();
    JsonNode steps = node.path("steps");
    for (int i = 0; i < steps.size(); i++) {
      FieldPath here = at.field("steps").index(i);
      String step = Json.text(steps.path(i), "name");
      if (!step.isEmpty() && !names.add(step)) {
        problems.add(
            Problem.invalid(
                here.field("name"),
                step,
                "Node \""
                    + name
                    + "\" of InferenceGraph \""
                    + graph
                    + "\" contains more than one step with name \""
                    + step
                    + "\""));
      }
      target(graph, name, i, steps.path(i), here, problems);
      reference(name, steps.path(i), nodes, here, problems);
    }
    if (router.equals("Splitter")) {
      weights(graph, name, steps, at, problems);
    }
  }

  private static void target(
      String graph,
      String node,
      int position,
      JsonNode step,
      FieldPath at,
      List<Problem> problems) {
    long given =
        Stream.of("nodeName", "serviceName", "serviceUrl")
            .filter(field -> !Json.text(step, field).isEmpty())
            .count();
    String where =
        "Step "
            + position
            + " (\""
            + Json.text(step, "name")
            + "\") in node \""
            + node
            + "\" of InferenceGraph \""
            + graph
            + "\" ";
    if (given == 0) {
      problems.add(Problem.required(at, where + "does not specify an inference target"));
    } else if (given > 1) {
      problems.add(
          Problem.forbidden(
              at, where + "specifies more than one of nodeName, serviceName, serviceUrl"));
    }
  }

  private static void reference(
      String node, JsonNode step, JsonNode nodes, FieldPath at, List<Problem> problems) {
    String named = Json.text(step, "nodeName");
    if (named.isEmpty()) {
      return;
    }
    if (!nodes.has(named)) {
      problems.add(Problem.notFound(at.field("nodeName"), named));
    } else if (reaches(nodes, named, node, new HashSet<>())) {
      problems.add(
          Problem.invalid(
              at.field("nodeName"), named, "leads back to node \"" + node + "\", without end"));
    }
  }

  private static boolean reaches(JsonNode nodes, String from, String wanted, Set<String> visited) {
    if (from.equals(wanted)) {
      return true;
    }
    if (!visited.add(from)) {
      return false;
    }
    for (JsonNode step : nodes.path(from).path("steps")) {
      String next = Json.text(step, "nodeName");
      if (!next.isEmpty() && reaches(nodes, next, wanted, visited)) {
        return true;
      }
    }
    return false;
  }

  private static void weights(
      String graph, String node, JsonNode steps, FieldPath at, List<Problem> problems) {
    long sum = 0;
    for (int i = 0; i < steps.size(); i++) {
      if (!steps.path(i).has("weight")) {
        problems.add(
            Problem.required(
                at.field("steps").index(i).field("weight"),
                "InferenceGraph["
                    + graph
                    + "] Node["
                    + node
                    + "] Route["
                    + Json.text(steps.path(i), "serviceName")
                    + "] missing the 'Weight'"));
        return;
      }
      sum += steps.path(i).path("weight").asLong(0);
    }
    if (sum != 100) {
      problems.add(
          Problem.invalid(
              at.field("steps"),
              sum,
              "InferenceGraph["
                  + graph
                  + "] Node["
                  + node
                  + "] splitter node: the sum of traffic weights for all routing targets should be"
                  + " 100"));
    }
  }
}
