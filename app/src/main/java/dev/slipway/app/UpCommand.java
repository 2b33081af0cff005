package dev.slipway.app;

import dev.slipway.dataplane.model.ModelSettings;
import dev.slipway.dataplane.model.Models;
import dev.slipway.node.process.Isolation;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Starts everything and stays until told to end.
@Command(
    name = "up",
    description = "Start Slipway on this machine and stay in the foreground.",
    mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
  @Mixin private final DataOption data = new DataOption();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "What people and clients call (default: ${DEFAULT-VALUE}; 0 for any).",
      defaultValue = "8080")
  private int port;

  @Option(
      names = "--api-port",
      paramLabel = "PORT",
      description = "The Kubernetes API (default: ${DEFAULT-VALUE}; 0 for any).",
      defaultValue = "6443")
  private int apiPort;

  @Option(
      names = "--bind",
      paramLabel = "ADDRESS",
      description = "Address to listen on (default: ${DEFAULT-VALUE}).",
      defaultValue = "127.0.0.1")
  private String bind = "127.0.0.1";

  @Option(
      names = "--no-controllers",
      description =
          "Be a plain Kubernetes: leave the kinds of KServe and Knative to `slipway operator`.")
  private boolean plain;

  @Mixin private final GatewayOptions gateway = new GatewayOptions();
  @Mixin private final RegistryOptions registry = new RegistryOptions();

  @Option(
      names = "--registry-auth",
      description =
          "Let those alone use the model registry who may: tokens of the Kubernetes API (as bearer"
              + " or as password), or users made there.")
  private boolean registryAuth;

  @Option(
      names = "--capacity",
      paramLabel = "NAME=QUANTITY",
      description =
          "What the Node says it has, instead of what the machine has: cpu=4, memory=16Gi,"
              + " nvidia.com/gpu=2; repeatable.")
  private Map<String, String> capacity = Map.of();

  @Option(
      names = "--isolation",
      paramLabel = "LEVEL",
      description =
          "How far containers that are processes are kept apart: ${COMPLETION-CANDIDATES}"
              + " (default: ${DEFAULT-VALUE}, as far as this machine permits).",
      defaultValue = "auto")
  private Isolation isolation = Isolation.AUTO;

  @Option(
      names = "--model",
      paramLabel = "NAME=SOURCE",
      description = "A model to serve from the start, as `slipway serve` takes it; repeatable.")
  private List<String> sources = List.of();

  @Override
  public Integer call() throws Exception {
    var ended = new CountDownLatch(1);
    var asked = new CountDownLatch(1);
    var options = new ServeOptions();
    var wanted = options.models(sources);
    var models = options.room();
    var all = Platform.Settings.of(data.directory(), bind, port, apiPort, System.getenv());
    var places = registry.settings(data.directory(), System.getenv());
    var kept =
        all.with(gateway.settings(System.getenv()))
            .with(registryAuth ? places.withGuard() : places)
            .withCapacity(capacity)
            .with(isolation);
    var settings = plain ? kept.withoutControllers() : kept;
    try (var front = new FrontDoor(models);
        var platform = Platform.start(settings, front)) {
      var run =
          new RunFile(
              ProcessHandle.current().pid(), platform.api().url(), platform.url(), Instant.now());
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(asked, ended), "end"));
      wanted.forEach(each -> load(models, each));
      stay(platform, run, asked);
    } finally {
      ended.countDown();
    }
    return 0;
  }

  private void load(Models models, ModelSettings settings) {
    var _ =
        models
            .load(settings)
            .exceptionally(
                problem -> {
                  var cause = problem.getCause() == null ? problem : problem.getCause();
                  var err = spec.commandLine().getErr();
                  err.println("slipway: " + settings.name() + ": " + Failures.sentence(cause));
                  throw new CompletionException(cause);
                });
  }

  /// From here on the data directory tells others that this process is the one.
  private void stay(Platform platform, RunFile run, CountDownLatch asked)
      throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    run.write(data.directory());
    try {
      announce(out, run, platform.isolation());
      asked.await();
      out.println("Slipway is ending.");
      out.flush();
    } finally {
      RunFile.remove(data.directory());
    }
  }

  /// Asks the main thread to end and waits for it, so that nothing is cut off.
  private static void end(CountDownLatch asked, CountDownLatch ended) {
    asked.countDown();
    try {
      ended.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void announce(PrintWriter out, RunFile run, String isolation) {
    double seconds = Duration.ofNanos(System.nanoTime() - Main.STARTED).toMillis() / 1000.0;
    out.printf("Slipway is ready (%.1f s).%n", seconds);
    out.println("  Kubernetes API  " + run.api());
    out.println("  gateway         " + run.front());
    out.println("  kubeconfig      " + data.kubeconfig());
    out.println("  data            " + data.directory());
    out.println("  pods            " + isolation);
    out.println();
    out.println("  export KUBECONFIG=" + data.kubeconfig());
    out.flush();
  }
}
