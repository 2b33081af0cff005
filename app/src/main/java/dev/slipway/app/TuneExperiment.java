package dev.slipway.app;

import dev.slipway.base.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// An Experiment of a file on the running platform, followed to its end.
final class TuneExperiment {
  private static final String VERSION = "kubeflow.org/v1beta1";
  private static final String JSON = "application/json";
  private static final int PAUSE_MILLIS = 1000;

  private final ClientOptions options;
  private final PrintWriter out;
  private final PrintWriter err;

  TuneExperiment(ClientOptions options, CommandLine line) {
    this.options = options;
    this.out = line.getOut();
    this.err = line.getErr();
  }

  /// @return 0 where it succeeded
  int follow(String file) throws IOException, InterruptedException {
    var client = options.connect(err);
    var path = "";
    for (var each : new Manifests(System.getenv(), Instant.now()).read(file, System.in)) {
      ObjectNode object = each.object();
      var kind = Json.text(object, "kind");
      var found =
          client
              .find(Json.text(object, "apiVersion"), kind)
              .orElseThrow(() -> new UserException("this platform knows no " + kind));
      var written = Json.text(object, "metadata", "namespace");
      var namespace = written.isEmpty() ? options.namespace() : written;
      var name = Json.text(object, "metadata", "name");
      out.println(found.label(name) + " " + client.apply(found, namespace, object));
      if (kind.equals("Experiment")) {
        path = "/apis/" + VERSION + "/namespaces/" + namespace + "/experiments/" + name;
      }
    }
    if (path.isEmpty()) {
      throw new UserException(file + ": there is no Experiment in it");
    }
    return watch(client, path);
  }

  private int watch(KubeClient client, String path) throws IOException, InterruptedException {
    var ended = ended(client, path);
    boolean well = condition(ended, "Succeeded").isPresent();
    table(client, path, ended);
    var end = condition(ended, well ? "Succeeded" : "Failed").orElseThrow();
    out.println(Json.text(end, "type") + ": " + Json.text(end, "message"));
    out.flush();
    return well ? 0 : 1;
  }

  private JsonNode ended(KubeClient client, String path) throws IOException, InterruptedException {
    try (var line = new StepLine(out)) {
      var now = client.get(path, JSON);
      while (condition(now, "Succeeded").isEmpty() && condition(now, "Failed").isEmpty()) {
        line.show(progress(now));
        Thread.sleep(PAUSE_MILLIS);
        now = client.get(path, JSON);
      }
      return now;
    }
  }

  private static String progress(JsonNode experiment) {
    var status = experiment.path("status");
    int most = experiment.path("spec").path("maxTrialCount").asInt(0);
    var best = status.path("currentOptimalTrial");
    return "%d%s trials, %d running, %d failed%s"
        .formatted(
            status.path("trialsSucceeded").asInt(0),
            most > 0 ? " of " + most : "",
            status.path("trialsRunning").asInt(0),
            status.path("trialsFailed").asInt(0),
            best.path("bestTrialName").asString("").isEmpty()
                ? ""
                : ", best " + metrics(best) + " with " + values(best));
  }

  private static String values(JsonNode holder) {
    return holder
        .path("parameterAssignments")
        .valueStream()
        .map(each -> Json.text(each, "name") + "=" + each.path("value").asString(""))
        .collect(Collectors.joining(" "));
  }

  private static String metrics(JsonNode holder) {
    return Json.at(holder, "observation", "metrics")
        .valueStream()
        .map(each -> Json.text(each, "name") + "=" + Json.text(each, "latest"))
        .collect(Collectors.joining(" "));
  }

  private static Optional<JsonNode> condition(JsonNode object, String type) {
    return Json.at(object, "status", "conditions")
        .valueStream()
        .filter(each -> Json.text(each, "type").equals(type))
        .filter(each -> Json.text(each, "status").equals("True"))
        .findFirst();
  }

  private void table(KubeClient client, String path, JsonNode experiment)
      throws IOException, InterruptedException {
    var name = Json.text(experiment, "metadata", "name");
    var list =
        client.get(
            path.replaceFirst("/experiments/.*", "/trials")
                + "?labelSelector=katib.kubeflow.org/experiment%3D"
                + name,
            JSON);
    var rows = new ArrayList<List<String>>();
    rows.add(List.of("TRIAL", "STATE", "METRICS", "VALUES"));
    for (var each : list.path("items")) {
      var state = Json.at(each, "status", "conditions");
      rows.add(
          List.of(
              Json.text(each, "metadata", "name"),
              Json.text(state.path(state.size() - 1), "type"),
              metrics(each.path("status")),
              values(each.path("spec"))));
    }
    TextTable.print(rows, out);
    var best = experiment.path("status").path("currentOptimalTrial");
    out.println();
    out.println("Best: " + metrics(best) + " with " + values(best));
    var shares = new HashMap<String, Double>();
    experiment
        .path("status")
        .path("parameterImportance")
        .properties()
        .forEach(each -> shares.put(each.getKey(), each.getValue().asDouble(0)));
    TuneView.importance(shares, out);
  }
}
