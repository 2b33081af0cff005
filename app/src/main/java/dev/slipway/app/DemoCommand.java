package dev.slipway.app;

import dev.slipway.base.Json;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/// Does the main job once: starts the platform, serves a model from its manifest, calls it, loads
/// it
/// until it scales out, lets it go to zero, and wakes it up. Leaves the platform running.
@Command(
    name = "demo",
    description =
        "Start Slipway, serve a small model, and watch it scale to many, to zero and back.",
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
  private static final String SERVICES = "/apis/serving.kserve.io/v1beta1/namespaces/default/";
  private static final String NAME = "iris";
  private static final List<String> SPECIES = List.of("setosa", "versicolor", "virginica");
  private static final Duration START = Duration.ofSeconds(90);
  private static final Duration READY = Duration.ofSeconds(90);
  private static final Duration SCALE_OUT = Duration.ofSeconds(60);
  private static final Duration TO_ZERO = Duration.ofMinutes(2);
  private static final Duration GLANCE = Duration.ofMillis(250);
  private static final int CLIENTS = 24;
  private static final int MOST = 3;

  @Mixin private final DataOption data = new DataOption();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Of the gateway, where Slipway is not running yet (default: ${DEFAULT-VALUE}).",
      defaultValue = "8080")
  private int port;

  @Option(
      names = "--api-port",
      paramLabel = "PORT",
      description = "Of the Kubernetes API, likewise (default: ${DEFAULT-VALUE}).",
      defaultValue = "6443")
  private int apiPort;

  @Override
  public Integer call() throws Exception {
    var screen = new DemoScreen(spec.commandLine().getOut(), FetchProgress.isTerminal());
    screen.title("Slipway: a model from its manifest to traffic, to many, to zero and back");
    var run = platform(screen);
    var client = KubeClient.of(data.kubeconfig(), screen::quote);
    deploy(client, screen);
    var calls = calls(run, client);
    predict(calls, screen);
    scaleOut(client, calls, screen);
    toZero(client, screen);
    wake(calls, screen);
    farewell(run, calls, screen);
    return 0;
  }

  private RunFile platform(DemoScreen screen) throws IOException, InterruptedException {
    var running = RunFile.read(data.directory());
    if (running.isPresent()) {
      screen.done("platform", Duration.ZERO, "runs already, process " + running.get().pid());
      return running.get();
    }
    long start = System.nanoTime();
    Path log = data.directory().resolve("slipway.log");
    Files.createDirectories(data.directory());
    screen.doing("starting the platform", "log: " + log);
    var process = launch(log);
    while (System.nanoTime() - start < START.toNanos()) {
      var now = RunFile.read(data.directory());
      if (now.isPresent()) {
        screen.done("platform up", since(start), now.get().api() + "  " + now.get().front());
        return now.get();
      }
      if (!process.isAlive()) {
        throw new UserException("Slipway did not start: " + lastLine(log));
      }
      Thread.sleep(20);
    }
    throw new UserException("Slipway is not up after " + START.toSeconds() + " s; see " + log);
  }

  private Process launch(Path log) throws IOException {
    var home = Path.of(System.getProperty("slipway.home", ".")).toAbsolutePath().normalize();
    return new ProcessBuilder(
            home.resolve("slipway").toString(),
            "up",
            "--data",
            data.directory().toString(),
            "--port",
            Integer.toString(port),
            "--api-port",
            Integer.toString(apiPort))
        .directory(home.toFile())
        .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  private static String lastLine(Path log) throws IOException {
    var lines = Files.readAllLines(log);
    return lines.isEmpty() ? "it ended without a word" : lines.getLast();
  }

  private void deploy(KubeClient client, DemoScreen screen)
      throws IOException, InterruptedException {
    var manifest = manifest();
    long start = System.nanoTime();
    var found = client.find("serving.kserve.io/v1beta1", "InferenceService").orElseThrow();
    var reader = new Manifests(System.getenv(), Instant.now());
    for (var each : reader.read(manifest.toString(), InputStream.nullInputStream())) {
      client.apply(found, "default", each.object());
    }
    screen.done("manifest applied", since(start), "examples/iris/inferenceservice.yaml");
    var deadline = System.nanoTime() + READY.toNanos();
    while (true) {
      var service = service(client);
      if (condition(service, "Ready").equals("True")) {
        screen.done("InferenceService ready", since(start), Json.text(service, "status", "url"));
        return;
      }
      if (System.nanoTime() > deadline) {
        throw new UserException("the service is not ready: " + why(service));
      }
      Thread.sleep(5);
    }
  }

  private static Path manifest() {
    var home = Path.of(System.getProperty("slipway.home", "."));
    return home.resolve("examples/iris/inferenceservice.yaml");
  }

  private static JsonNode service(KubeClient client) throws IOException, InterruptedException {
    return client.get(SERVICES + "inferenceservices/" + NAME, "application/json");
  }

  private static String condition(JsonNode object, String type) {
    for (var each : object.path("status").path("conditions")) {
      if (Json.text(each, "type").equals(type)) {
        return Json.text(each, "status");
      }
    }
    return "";
  }

  private static String why(JsonNode service) {
    for (var each : service.path("status").path("conditions")) {
      if (Json.text(each, "type").equals("Ready")) {
        return Json.text(each, "reason") + " " + Json.text(each, "message");
      }
    }
    return "nothing has been said about it yet";
  }

  private static DemoCalls calls(RunFile run, KubeClient client)
      throws IOException, InterruptedException {
    var front = URI.create(run.front());
    var url = URI.create(Json.text(service(client), "status", "url"));
    return new DemoCalls(new InetSocketAddress("127.0.0.1", front.getPort()), url.getHost(), NAME);
  }

  private static void predict(DemoCalls calls, DemoScreen screen) throws IOException {
    long start = System.nanoTime();
    var classes = calls.http();
    screen.done("prediction over HTTP", since(start), names(classes));
    screen.quote("POST http://" + calls.host() + "/v2/models/" + NAME + "/infer " + calls.body());
    start = System.nanoTime();
    classes = calls.grpc();
    screen.done("prediction over gRPC", since(start), names(classes));
    screen.quote("inference.GRPCInferenceService/ModelInfer, the same port");
  }

  private static String names(List<Long> classes) {
    var names = new ArrayList<String>();
    classes.forEach(each -> names.add(SPECIES.get((int) (each % SPECIES.size()))));
    return String.join(", ", names);
  }

  private static void scaleOut(KubeClient client, DemoCalls calls, DemoScreen screen)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    int most = 0;
    try (var load = new DemoLoad(CLIENTS, () -> new DemoClient(calls))) {
      while (System.nanoTime() - start < SCALE_OUT.toNanos()) {
        Thread.sleep(Duration.ofSeconds(1));
        var scale = scale(client);
        most = Math.max(most, scale.ready());
        screen.service(
            "load: " + CLIENTS + " clients", scale.ready(), scale.wanted(), MOST, load.since());
        if (most >= MOST && System.nanoTime() - start > Duration.ofSeconds(8).toNanos()) {
          break;
        }
      }
      screen.done(
          "scaled out to " + most,
          since(start),
          load.requests() + " requests, " + load.failures() + " failed");
    }
  }

  private static void toZero(KubeClient client, DemoScreen screen)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    while (System.nanoTime() - start < TO_ZERO.toNanos()) {
      var scale = scale(client);
      if (scale.ready() == 0 && scale.wanted() == 0) {
        screen.done("scaled to zero", since(start), "no pod is left; the address stays");
        return;
      }
      screen.service("nobody calls", scale.ready(), scale.wanted(), MOST, DemoLoad.Second.NONE);
      Thread.sleep(GLANCE);
    }
    throw new UserException("the service did not go to zero within " + TO_ZERO.toSeconds() + " s");
  }

  private static void wake(DemoCalls calls, DemoScreen screen) throws IOException {
    long start = System.nanoTime();
    var classes = calls.http();
    screen.done("woken by one request", since(start), names(classes));
  }

  private record Scale(int ready, int wanted) {}

  /// The Deployments of the service's revisions together.
  private static Scale scale(KubeClient client) throws IOException, InterruptedException {
    var list =
        client.get(
            "/apis/apps/v1/namespaces/default/deployments?labelSelector="
                + "serving.kserve.io%2Finferenceservice%3D"
                + NAME,
            "application/json");
    int ready = 0;
    int wanted = 0;
    for (var each : list.path("items")) {
      ready += each.path("status").path("readyReplicas").asInt(0);
      wanted += each.path("spec").path("replicas").asInt(0);
    }
    return new Scale(ready, wanted);
  }

  private void farewell(RunFile run, DemoCalls calls, DemoScreen screen) {
    screen.say("");
    screen.say(
        "Slipway goes on running (process " + run.pid() + "; end it with ./slipway down). Try:");
    screen.say("");
    screen.say("  export KUBECONFIG=" + data.kubeconfig() + "; kubectl get isvc,revisions,pods");
    screen.say(
        "  curl http://"
            + calls.host()
            + ":"
            + calls.gateway().getPort()
            + "/v1/models/"
            + NAME
            + ":predict -d '{\"instances\":[[6.8,2.8,4.8,1.4]]}'");
    screen.say("  kubectl describe isvc " + NAME);
    screen.say("");
  }

  private static Duration since(long startNanos) {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }

  /// One client of the load: a connection that is made again when it breaks.
  private static final class DemoClient implements DemoLoad.Client {
    private final DemoCalls calls;
    private DemoCalls.@Nullable Connection connection;

    DemoClient(DemoCalls calls) {
      this.calls = calls;
    }

    @Override
    public boolean call() {
      try {
        if (connection == null) {
          connection = calls.open();
        }
        return !connection.predict().isEmpty();
      } catch (IOException _) {
        close();
        return false;
      }
    }

    @Override
    public void close() {
      try {
        if (connection != null) {
          connection.close();
        }
      } catch (IOException _) {
        // it is gone either way
      }
      connection = null;
    }
  }
}
