package dev.slipway.app;

import dev.slipway.dataplane.model.Model;
import dev.slipway.dataplane.model.ModelSettings;
import dev.slipway.dataplane.model.Models;
import dev.slipway.dataplane.server.ModelServer;
import dev.slipway.dataplane.server.ModelServerSettings;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Serves models and nothing else.
@Command(
    name = "serve",
    description = "Serve models over HTTP and gRPC and stay in the foreground.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "A MODEL is a file, a directory or an address; its format is recognised:",
      "  slipway serve model.joblib                            served as \"model\"",
      "  slipway serve iris=model.joblib text=s3://bucket/minilm",
      "  slipway serve models/                                 every model in a directory of models",
      "  slipway serve --format iris=sklearn iris=models/iris",
      "  slipway serve --credentials minio-secret.yaml iris=s3://models/iris",
      "",
      "Then:",
      "  curl localhost:8080/v2/models/iris",
      "  curl localhost:8080/v2/models/iris/infer -d '{\"inputs\":[{\"name\":\"x\",\"shape\":[1,4],"
          + "\"datatype\":\"FP64\",\"data\":[6.8,2.8,4.8,1.4]}]}'",
      "  curl localhost:8080/v1/models/iris:predict -d '{\"instances\":[[6.8,2.8,4.8,1.4]]}'",
    })
final class ServeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private final ServeOptions options = new ServeOptions();

  @Parameters(
      arity = "0..*",
      paramLabel = "MODEL",
      description = "NAME=SOURCE, or a SOURCE that names the model by its file.")
  private List<String> sources = List.of();

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "For HTTP and gRPC (default: ${DEFAULT-VALUE}; 0 for any).",
      defaultValue = "8080")
  private int port;

  @Option(
      names = {"--host", "--bind"},
      paramLabel = "ADDRESS",
      description = "Address to listen on (default: ${DEFAULT-VALUE}).",
      defaultValue = "127.0.0.1")
  private String host = "127.0.0.1";

  @Override
  public Integer call() throws Exception {
    var wanted = options.models(sources);
    if (wanted.isEmpty()) {
      throw new UserException(
          "nothing to serve; name a model file or directory, as in: slipway serve model.joblib");
    }
    var ended = new CountDownLatch(1);
    var asked = new CountDownLatch(1);
    var models = options.room();
    try (var server = ModelServer.start(settings(), models)) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(asked, ended), "end"));
      load(server, wanted);
      watch(models);
      asked.await();
    } finally {
      ended.countDown();
    }
    return 0;
  }

  private void watch(Models models) {
    var every = options.poll();
    if (every.isZero()) {
      return;
    }
    Thread.ofVirtual()
        .name("versions")
        .start(
            () -> {
              try {
                while (true) {
                  Thread.sleep(every);
                  models.refresh();
                }
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
              }
            });
  }

  private ModelServerSettings settings() {
    var standard = ModelServerSettings.of(host, port);
    return new ModelServerSettings(
        host,
        port,
        options.maxRequestBytes(),
        standard.maxAnswerBytes(),
        Duration.ofSeconds(options.drainSeconds()),
        !options.fixedModels());
  }

  private void load(ModelServer server, List<ModelSettings> wanted) {
    PrintWriter out = spec.commandLine().getOut();
    var progress = new FetchProgress(spec.commandLine().getErr());
    var loads = new ArrayList<CompletableFuture<Model>>();
    for (var settings : wanted) {
      loads.add(server.models().load(settings, progress));
    }
    var loaded = new ArrayList<Model>();
    var failures = new ArrayList<String>();
    for (int i = 0; i < loads.size(); i++) {
      try {
        loaded.add(loads.get(i).join());
      } catch (CompletionException problem) {
        var cause = problem.getCause() == null ? problem : problem.getCause();
        failures.add(wanted.get(i).name() + ": " + Failures.sentence(cause));
      }
    }
    progress.end();
    failures.forEach(failure -> spec.commandLine().getErr().println("slipway: " + failure));
    if (loaded.isEmpty()) {
      throw new UserException("none of the models could be loaded");
    }
    announce(out, server, loaded);
  }

  private void announce(PrintWriter out, ModelServer server, List<Model> loaded) {
    var base = "http://" + (host.equals("0.0.0.0") ? "127.0.0.1" : host) + ":" + server.port();
    double seconds = Duration.ofNanos(System.nanoTime() - Main.STARTED).toMillis() / 1000.0;
    out.printf("Serving on %s (%.1f s).%n%n", base, seconds);
    TextTable.print(ServedTable.rows(loaded, base), out);
    out.println();
    out.flush();
  }

  private static void end(CountDownLatch asked, CountDownLatch ended) {
    asked.countDown();
    try {
      ended.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
