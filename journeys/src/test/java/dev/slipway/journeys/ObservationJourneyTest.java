package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.base.Json;
import dev.slipway.testkit.PythonKit;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// What trials report, by every way there is, from real processes; and algorithms and reports over
/// Katib's gRPC protocol, from and to Python.
final class ObservationJourneyTest {
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final List<String> ENDS =
      List.of("Succeeded", "Failed", "EarlyStopped", "MetricsUnavailable");
  private static final List<String> FILES = List.of("katib_calls.py", "katib.proto");

  private static Path scripts = Path.of(""); // in the data directory, which pods see
  private static Path calls = Path.of("");
  private static Path data = Path.of("");
  private static LivePlatform platform;
  private static Kubectl kubectl;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    data = Files.createTempDirectory("slipway-data");
    scripts = Files.createDirectory(data.resolve("scripts"));
    calls = scripts.resolve(FILES.getFirst());
    for (var each : FILES) {
      Files.copy(
          PythonKit.root().resolve("journeys/src/test/python").resolve(each),
          scripts.resolve(each));
    }
    platform = LivePlatform.start(data);
    kubectl = platform.kubectl();
  }

  @AfterAll
  static void end() throws IOException {
    platform.close();
    LiveServer.deleteTree(data);
  }

  private static PythonKit grpc() {
    return PythonKit.with("grpcio==1.84.0", "grpcio-tools==1.84.0");
  }

  private static String gateway() {
    return "127.0.0.1:" + platform.gateway().getPort();
  }

  /// A Trial of its own, without an Experiment: one process of Python.
  ///
  /// @param more of its specification, in flow style
  /// @param program as a block of lines
  private static void trial(String name, String more, Path python, String program) {
    kubectl.apply(
        """
        apiVersion: kubeflow.org/v1beta1
        kind: Trial
        metadata: {name: %s, labels: {katib.kubeflow.org/experiment: alone}}
        spec:
          objective:
            type: maximize
            objectiveMetricName: accuracy
            additionalMetricNames: [loss]
            metricStrategies: [{name: accuracy, value: max}, {name: loss, value: min}]
          parameterAssignments: [{name: x, value: "1"}]
          primaryContainerName: main
          successCondition: status.conditions.#(type=="Complete")#|#(status=="True")#
          failureCondition: status.conditions.#(type=="Failed")#|#(status=="True")#
          retainRun: true
        %s
          runSpec:
            apiVersion: batch/v1
            kind: Job
            metadata: {name: %s, namespace: default}
            spec:
              backoffLimit: 0
              template:
                spec:
                  restartPolicy: Never
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: main
                    image: busybox
                    command: [%s, -u, -c]
                    args:
                    - |
        %s
        """
            .formatted(name, more.indent(2).stripTrailing(), name, python, program.indent(14)));
  }

  private static JsonNode ended(String trial, String condition) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(300))
        .until(() -> ENDS.contains(latest(trial)));
    assertThat(latest(trial)).as(kubectl.ok("describe", "trial", trial)).isEqualTo(condition);
    return Json.parseObject(kubectl.ok("get", "trial", trial, "-o", "json"));
  }

  private static String latest(String trial) {
    return kubectl.field(".status.conditions[-1:].type", "trial", trial);
  }

  private static String metric(JsonNode trial, String name) {
    for (var each : trial.at("/status/observation/metrics")) {
      if (Json.text(each, "name").equals(name)) {
        return Json.text(each, "min")
            + " "
            + Json.text(each, "max")
            + " "
            + Json.text(each, "latest");
      }
    }
    return "none";
  }

  private static Path machinesPython() {
    return Path.of("/usr/bin/python3");
  }

  @Test
  void aFileOfJsonLinesMayHoldNumbersAndText() {
    trial(
        "file",
        "metricsCollector: {collector: {kind: File}, source: {fileSystemPath:"
            + " {path: /katib/out.log, kind: File, format: JSON}}}",
        machinesPython(),
        """
        with open("/katib/out.log", "w") as log:
            print('{"accuracy": "0.5", "loss": 3, "timestamp": "2026-01-02T03:04:05Z"}', file=log)
            print('{"accuracy": 0.75, "timestamp": 1767323046.5}', file=log)
            print('nothing', file=log)
            print('{"accuracy": "0.625", "timestamp": 1767323047}', file=log, end="")
        """);
    var trial = ended("file", "Succeeded");
    assertThat(metric(trial, "accuracy")).isEqualTo("0.5 0.75 0.625");
    assertThat(metric(trial, "loss")).isEqualTo("3 3 3");
  }

  @Test
  void eventFilesAreReadAsTensorFlowWritesThem() {
    trial(
        "events",
        "metricsCollector: {collector: {kind: TensorFlowEvent}, source: {fileSystemPath:"
            + " {path: /logs, kind: Directory}}}",
        PythonKit.with("tensorflow-cpu==2.21.0").python(),
        """
        import tensorflow as tf
        with tf.summary.create_file_writer("/logs/train").as_default():
            for step, value in enumerate([0.25, 0.75, 0.5]):
                tf.summary.write("accuracy", tf.constant(value), step=step)
        """);
    assertThat(metric(ended("events", "Succeeded"), "accuracy")).isEqualTo("0.25 0.75 0.5");
  }

  @Test
  void aPageIsAskedForWhileTheTrialRuns() {
    trial(
        "page",
        "metricsCollector: {collector: {kind: PrometheusMetric}, source: {httpGet:"
            + " {path: /metrics, port: 8123}}}",
        machinesPython(),
        """
        import http.server
        class Page(http.server.BaseHTTPRequestHandler):
            asked = 0
            def do_GET(self):
                Page.asked += 1
                body = b'# TYPE accuracy gauge\\naccuracy{fold="1"} 0.%d\\n' % Page.asked
                self.send_response(200)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
        server = http.server.HTTPServer(("", 8123), Page)
        while Page.asked < 3:
            server.handle_request()
        """);
    assertThat(metric(ended("page", "Succeeded"), "accuracy")).startsWith("0.1 0.3");
  }

  @Test
  void trainingCodePushesByGrpc() {
    trial(
        "push",
        "metricsCollector: {collector: {kind: Push}}",
        grpc().python(),
        """
        import os, socket, subprocess, sys
        address = "katib-db-manager.kubeflow:6789"
        try:
            socket.getaddrinfo("katib-db-manager.kubeflow", 6789)
        except OSError:
            address = "%s"  # pods that share the machine's network
        subprocess.run([sys.executable, "%s", "%s", "report", address,
            os.environ["KATIB_TRIAL_NAME"], "accuracy=0.5", "accuracy=0.25", "loss=7"], check=True)
        """
            .formatted(gateway(), calls, scripts));
    var trial = ended("push", "Succeeded");
    assertThat(metric(trial, "accuracy")).isEqualTo("0.25 0.5 0.25");
    assertThat(grpc().run(calls, scripts.toString(), "logs", gateway(), "push").lines().toList())
        .containsExactly(
            "2026-01-02T03:04:00Z accuracy 0.5",
            "2026-01-02T03:04:01Z accuracy 0.25",
            "2026-01-02T03:04:02Z loss 7");
  }

  @Test
  void aTrialWhoseRulesHoldIsEndedWhileItRuns() {
    trial(
        "hopeless",
        """
        metricsCollector: {collector: {kind: StdOut}}
        earlyStoppingRules: [{name: accuracy, value: "0.5", comparison: less, startStep: 3}]
        """,
        machinesPython(),
        """
        import time
        for epoch in range(100000):
            print("accuracy=0.%d" % min(epoch + 1, 4))
            time.sleep(0.2)
        """);
    var trial = ended("hopeless", "EarlyStopped");
    assertThat(metric(trial, "accuracy")).startsWith("0.1 ");
    kubectl.ok("wait", "--for=condition=Complete", "job/hopeless", "--timeout=60s");
  }

  @Test
  void anAlgorithmOfAnotherProgramChoosesTheTrials() throws Exception {
    var server =
        new ProcessBuilder(
                grpc().python().toString(), calls.toString(), scripts.toString(), "serve", "0")
            .redirectErrorStream(true)
            .start();
    try (var lines =
        new BufferedReader(
            new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))) {
      var first = lines.readLine();
      assertThat(first).startsWith("listening ");
      halving(first.substring("listening ".length()));
    } finally {
      server.destroy();
      assertThat(server.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static void halving(String port) {
    kubectl.apply(
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: kubeflow}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: katib-config, namespace: kubeflow}
        data:
          katib-config.yaml: |
            apiVersion: config.kubeflow.org/v1beta1
            kind: KatibConfig
            runtime:
              suggestions:
              - {algorithmName: halving, endpoint: "127.0.0.1:%s"}
        """
            .formatted(port));
    kubectl.apply(
        """
        apiVersion: kubeflow.org/v1beta1
        kind: Experiment
        metadata: {name: halved}
        spec:
          objective: {type: minimize, objectiveMetricName: loss}
          algorithm: {algorithmName: halving}
          parallelTrialCount: 1
          maxTrialCount: 3
          maxFailedTrialCount: 1
          parameters:
          - {name: x, parameterType: double, feasibleSpace: {min: "0", max: "8"}}
          trialTemplate:
            primaryContainerName: main
            trialParameters: [{name: x, reference: x}]
            trialSpec:
              apiVersion: batch/v1
              kind: Job
              spec:
                template:
                  spec:
                    restartPolicy: Never
                    containers:
                    - {name: main, image: busybox, command: [echo, "loss=${trialParameters.x}"]}
        """);
    kubectl.ok("wait", "--for=condition=Succeeded", "experiment/halved", "--timeout=240s");
    assertThat(
            kubectl.field(
                ".status.currentOptimalTrial.parameterAssignments", "experiment", "halved"))
        .contains("\"1.0\"");
    assertThat(kubectl.ok("get", "trials", "-l", "halving=step-2", "-o", "name").lines().toList())
        .hasSize(1);
  }

  @Test
  void algorithmsHereAnswerToKatibsProtocol() {
    assertThat(grpc().run(calls, scripts.toString(), "suggest", gateway(), "grid").lines())
        .hasSize(2)
        .allMatch(List.of("x=1", "x=2", "x=3")::contains);
    assertThat(grpc().run(calls, scripts.toString(), "suggest", gateway(), "nosuch"))
        .contains("INVALID_ARGUMENT", "nosuch");
  }
}
