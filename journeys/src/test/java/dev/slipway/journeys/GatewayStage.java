package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.testkit.PythonKit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/// A platform with two programs in pods, started once for all tests of the gateway, ended with the
/// tests' process.
///
/// In namespace `programs` the Services `one` and `two` lead to a pod each, `both` to both of them;
/// what they do is told in `upstream.py`.
final class GatewayStage {
  static final Duration PATIENCE = Duration.ofSeconds(90);

  private static final class Shared {
    static final GatewayStage STAGE = set();
  }

  private final Path data;
  private final LivePlatform platform;
  private final Gate gate;
  // Over HTTP/2 this client names the authority by the address, not by the host it is told.
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private GatewayStage(Path data, LivePlatform platform, Gate gate) {
    this.data = data;
    this.platform = platform;
    this.gate = gate;
  }

  static GatewayStage get() {
    return Shared.STAGE;
  }

  private static GatewayStage set() {
    try {
      var data = Files.createTempDirectory("slipway-data");
      // Upstreams speak to the gate over the loopback of this machine, which pods of their own
      // network do not have.
      var platform = LivePlatform.start(data, "--isolation", "none");
      var stage = new GatewayStage(data, platform, Gate.open());
      Runtime.getRuntime().addShutdownHook(new Thread(stage::end));
      stage.programs();
      return stage;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the platform was starting");
    }
  }

  private void end() {
    gate.close();
    try {
      platform.close();
      LiveServer.deleteTree(data);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private void programs() throws IOException {
    var in = kubectl().fresh("programs");
    program(in);
    for (var name : new String[] {"one", "two"}) {
      in.apply(pod(name, freePort()));
    }
    in.apply(
        """
        apiVersion: v1
        kind: Service
        metadata: {name: both}
        spec: {selector: {app: program}, ports: [{port: 80, targetPort: http}]}
        """);
    in.ok("wait", "--for=condition=Ready", "pod/one", "pod/two", "--timeout=90s");
  }

  /// The program as the ConfigMap `program` of a namespace.
  static void program(Kubectl in) {
    in.ok(
        "create",
        "configmap",
        "program",
        "--from-file=" + PythonKit.root().resolve("journeys/src/test/python/upstream.py"));
  }

  static int freePort() throws IOException {
    try (var free = new ServerSocket(0)) {
      return free.getLocalPort();
    }
  }

  private String pod(String name, int port) {
    return """
    apiVersion: v1
    kind: Pod
    metadata: {name: %1$s, labels: {app: program, name: %1$s}}
    spec:
      volumes: [{name: program, configMap: {name: program}}]
      containers:
      - name: program
        image: python:3.12-slim
        command: [python, /app/upstream.py, %1$s, "%2$d", "%3$s"]
        ports: [{name: http, containerPort: %2$d}]
        readinessProbe: {httpGet: {path: /name, port: http}, periodSeconds: 1}
        volumeMounts: [{name: program, mountPath: /app}]
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: %1$s}
    spec: {selector: {name: %1$s}, ports: [{port: 80, targetPort: http}]}
    """
        .formatted(name, port, gate.url());
  }

  Gate gate() {
    return gate;
  }

  Kubectl kubectl() {
    return platform.kubectl();
  }

  Kubectl programsNamespace() {
    return kubectl().in("programs");
  }

  InetSocketAddress address() {
    return platform.gateway();
  }

  URI uri(String scheme, String path) {
    return URI.create(scheme + "://127.0.0.1:" + address().getPort() + path);
  }

  /// A GET for a host behind the gateway, to be completed.
  HttpRequest.Builder to(String host, String path) {
    return HttpRequest.newBuilder(uri("http", path))
        .header("host", host)
        .timeout(Duration.ofMinutes(2));
  }

  HttpRequest.Builder predict(String host, String path) {
    return to(host, path)
        .header("content-type", "application/json")
        .POST(BodyPublishers.ofString(PlatformModels.made().v1()));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return http.send(request.build(), BodyHandlers.ofString());
  }

  HttpClient http() {
    return http;
  }

  /// Waits until a host answers so.
  void awaitStatus(int status, HttpRequest.Builder request) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(send(request.copy()).statusCode()).isEqualTo(status));
  }

  /// Asks so often, one request after the other, and counts the answers' bodies; a status other
  /// than 200 counts as itself.
  Map<String, Integer> tally(int requests, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    var counts = new TreeMap<String, Integer>();
    for (int i = 0; i < requests; i++) {
      var reply = send(request.copy());
      var what = reply.statusCode() == 200 ? reply.body() : Integer.toString(reply.statusCode());
      counts.merge(what, 1, Integer::sum);
    }
    return counts;
  }

  /// An Ingress of namespace `programs` that sends all of a host to a Service.
  ///
  /// @param annotations lines of `NAME: "VALUE"`, after `nginx.ingress.kubernetes.io/`
  static String ingress(String name, String host, String service, String... annotations) {
    var said = new StringBuilder();
    for (var each : annotations) {
      said.append("    nginx.ingress.kubernetes.io/").append(each).append('\n');
    }
    return """
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata:
      name: %s
      annotations:
    %s
    spec:
      rules:
      - host: %s
        http:
          paths:
          - path: /
            pathType: Prefix
            backend: {service: {name: %s, port: {number: 80}}}
    """
        .formatted(
            name, said.isEmpty() ? "    a: b" : said.toString().stripTrailing(), host, service);
  }
}
