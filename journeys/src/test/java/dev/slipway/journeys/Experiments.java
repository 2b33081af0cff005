package dev.slipway.journeys;

import static org.awaitility.Awaitility.await;

import dev.slipway.base.Json;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/// Experiments of short shell programs, and how they stand.
final class Experiments {
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private Experiments() {}

  /// @param spec more of `spec`, indented by two
  /// @param program of the shell; may name its only parameter, `${trialParameters.x}`
  static String experiment(String name, String spec, String program) {
    return """
    apiVersion: kubeflow.org/v1beta1
    kind: Experiment
    metadata: {name: %s}
    spec:
      objective: {type: maximize, goal: 0.99, objectiveMetricName: accuracy}
    %s
      trialTemplate:
        primaryContainerName: main
        trialParameters: [{name: x, reference: x}]
        trialSpec:
          apiVersion: batch/v1
          kind: Job
          spec:
            backoffLimit: 0
            template:
              spec:
                restartPolicy: Never
                terminationGracePeriodSeconds: 1
                containers:
                - name: main
                  image: busybox
                  command: [sh, -c, ': ${trialParameters.x}; %s']
    """
        .formatted(name, spec.indent(2).stripTrailing(), program);
  }

  static JsonNode of(Kubectl in, String name) {
    return Json.parseObject(in.ok("get", "experiment", name, "-o", "json"));
  }

  static List<JsonNode> trials(Kubectl in, String experiment) {
    var list =
        Json.parseObject(
            in.ok(
                "get",
                "trials",
                "-l",
                "katib.kubeflow.org/experiment=" + experiment,
                "-o",
                "json"));
    return StreamSupport.stream(list.path("items").spliterator(), false).toList();
  }

  static boolean holds(JsonNode object, String type) {
    return StreamSupport.stream(object.at("/status/conditions").spliterator(), false)
        .anyMatch(
            each ->
                Json.text(each, "type").equals(type) && Json.text(each, "status").equals("True"));
  }

  /// Waits for its end; the reason of that.
  static String ended(Kubectl in, String name) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(300))
        .until(() -> holds(of(in, name), "Succeeded") || holds(of(in, name), "Failed"));
    var conditions = of(in, name).at("/status/conditions");
    return Json.text(conditions.path(conditions.size() - 1), "reason");
  }
}
