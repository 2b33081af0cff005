package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Pods of ordinary images, as a user of kubectl and of the Python client meets them.
final class ProcessPodsJourneyTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static Path data = Path.of("");
  private static LivePlatform platform;
  private static Kubectl kubectl;
  private static int port;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    data = Files.createTempDirectory("slipway-data");
    platform = LivePlatform.start(data);
    kubectl = platform.kubectl();
    try (var free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    kubectl.apply(
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: site}
        data: {greeting: hello from the pod}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: web, labels: {app: web}}
        spec:
          volumes: [{name: site, configMap: {name: site}}]
          containers:
            - name: web
              image: python:3.12
              command: [python, -m, http.server, "%1$d"]
              workingDir: /site
              ports: [{containerPort: %1$d}]
              readinessProbe: {httpGet: {path: /, port: %1$d}, periodSeconds: 1}
              volumeMounts: [{name: site, mountPath: /site}]
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        spec: {selector: {app: web}, ports: [{port: 80, targetPort: %1$d}]}
        """
            .formatted(port));
    kubectl.ok("wait", "--for=condition=Ready", "pod/web", "--timeout=60s");
  }

  @AfterAll
  static void end() throws IOException {
    platform.close();
    LiveServer.deleteTree(data);
  }

  private static String fetched(String address) throws IOException, InterruptedException {
    try (var client = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(URI.create("http://" + address + "/greeting"));
      return client.send(request.build(), BodyHandlers.ofString()).body();
    }
  }

  @Test
  void aShellRunsAsItsManifestSays() {
    kubectl.ok(
        "run", "x", "--image=busybox", "--restart=Never", "--", "sh", "-c", "echo hi; sleep 1");
    kubectl.ok("wait", "--for=jsonpath={.status.phase}=Succeeded", "pod/x", "--timeout=60s");

    assertThat(kubectl.ok("logs", "-f", "x")).isEqualTo("hi\n");
  }

  @Test
  void topTellsWhatPodsAndTheNodeUse() {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(kubectl.ok("top", "pod", "-l", "app=web", "--no-headers"))
                    .containsPattern("web +\\d+m +[1-9]\\d*Mi"));
    assertThat(kubectl.ok("top", "node", "--no-headers"))
        .containsPattern("slipway +\\d+m .* [1-9]");
    assertThat(kubectl.run("top", "pod", "-l", "app=other").err()).contains("No resources found");
  }

  /// 300 MiB that a process of a pod holds are the node's, beside those of the platform.
  @Test
  void whatProcessesUseIsUsedOfTheNode() {
    kubectl.ok(
        "run",
        "hungry",
        "--image=python:3",
        "--command",
        "--",
        "python3",
        "-c",
        "import time; x = bytearray(b'x') * (300 << 20); time.sleep(600)");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              var name = "/apis/metrics.k8s.io/v1beta1/nodes/slipway";
              var used = PlatformModels.json(kubectl.ok("get", "--raw", name)).path("usage");
              var kib = Long.parseLong(used.path("memory").asString("").replace("Ki", ""));
              assertThat(kib - platform.residentKib()).isGreaterThan(250 << 10);
            });
    kubectl.ok("delete", "pod", "hungry", "--now");
  }

  @Test
  void aCommandThatIsNotThereIsToldInDescribe() {
    kubectl.ok("run", "missing", "--image=busybox", "--command", "--", "no-such-program");

    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(kubectl.ok("describe", "pod", "missing"))
                    .contains("StartError")
                    .contains("executable file not found in $PATH"));
    kubectl.ok("delete", "pod", "missing", "--now");
  }

  /// Both ways in which kubectl speaks, to a pod and to a Service of it.
  @ParameterizedTest
  @ValueSource(strings = {"true", "false"})
  void kubectlForwardsAPort(String overWebSocket) throws Exception {
    var builder =
        new ProcessBuilder(
            "kubectl",
            "--kubeconfig",
            data.resolve("kubeconfig").toString(),
            "port-forward",
            overWebSocket.equals("true") ? "service/web" : "pod/web",
            ":" + (overWebSocket.equals("true") ? 80 : port));
    builder.environment().put("KUBECTL_PORT_FORWARD_WEBSOCKETS", overWebSocket);
    builder.environment().put("HOME", data.toString());
    var forwarding = builder.redirectErrorStream(true).start();
    try (var said =
        new BufferedReader(
            new InputStreamReader(forwarding.getInputStream(), StandardCharsets.UTF_8))) {
      var line = said.readLine();
      assertThat(line).startsWith("Forwarding from 127.0.0.1:");
      var address = line.replace("Forwarding from ", "").replaceFirst(" -> .*", "");
      for (int i = 0; i < 3; i++) {
        assertThat(fetched(address)).isEqualTo("hello from the pod");
      }
    } finally {
      forwarding.destroy();
      forwarding.waitFor();
    }
  }

  @Test
  void thePythonClientForwardsAPort() {
    var result =
        Commands.run(
            List.of(
                "/usr/bin/python3",
                Path.of("src/test/python/port_forward.py").toString(),
                data.resolve("kubeconfig").toString(),
                "web",
                String.valueOf(port)),
            Map.of("PYTHONDONTWRITEBYTECODE", "1", "HOME", data.toString()),
            "");

    assertThat(result.ok()).as(result::toString).isTrue();
    assertThat(result.out()).isEqualTo("hello from the pod\nNone\n");
  }
}
