package dev.slipway.app;

import dev.slipway.base.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Deploys a function and waits until it answers.
@Command(
    name = "deploy",
    description = "Deploy a function of Python or Java and wait until it is ready.",
    mixinStandardHelpOptions = true)
final class FunctionDeployCommand implements Callable<Integer> {
  private static final Duration EVERY = Duration.ofMillis(200);
  private static final int MOST_BYTES = 1 << 20;
  private static final Pattern HANDLER_FILE = Pattern.compile(".+\\.(py|java|jar)");

  @Mixin private final ClientOptions options = new ClientOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      index = "0",
      paramLabel = "FILE:FUNCTION",
      description = "handler.py:predict, Iris.java:predict, iris.jar:com.example.Iris.predict")
  private String handler = "";

  @Option(names = "--name", description = "Of the function (default: the file's).")
  private String name = "";

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "A further file beside the handler; repeatable, 1 MiB in all.")
  private List<Path> more = List.of();

  @Option(
      names = "--environment",
      paramLabel = "NAME",
      description = "Whose packages it has (default: python, java; see: slipway env list).")
  private String environment = "";

  @Option(names = "--min-scale", description = "Replicas at least (default: ${DEFAULT-VALUE}).")
  private int minScale;

  @Option(names = "--timeout", description = "Seconds a call may take (default: ${DEFAULT-VALUE}).")
  private int timeout = 300;

  @Option(names = "--memory", description = "Of a replica, as 512Mi (default: no bound).")
  private String memory = "";

  @Option(
      names = "--concurrency",
      description = "Calls at once in a replica (default: ${DEFAULT-VALUE}).")
  private int concurrency = 4;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      description = "How long to wait until it is ready (default: ${DEFAULT-VALUE}).")
  private int patience = 300;

  @Override
  public Integer call() throws Exception {
    var manifest = manifest();
    var client = options.connect(spec.commandLine().getErr());
    try (var steps = new StepLine(spec.commandLine().getErr())) {
      apply(client, "v1", "ConfigMap", manifest.configMap());
      steps.show("function " + manifest.name() + " " + applied(client, manifest));
      awaitReady(client, manifest.name(), steps);
    }
    var ready = client.get(path(manifest.name()), "application/json");
    var url = Json.text(ready, "status", "url");
    var out = spec.commandLine().getOut();
    out.println("function " + manifest.name() + " is ready: " + url);
    out.println("  curl " + url + " -d '{}'");
    out.flush();
    return 0;
  }

  private String path(String function) {
    return FunctionCommand.services(options.namespace()) + "/" + function;
  }

  private FunctionManifest manifest() throws IOException {
    int colon = handler.lastIndexOf(':');
    var file = Path.of(colon < 0 ? handler : handler.substring(0, colon));
    var function = colon < 0 ? "predict" : handler.substring(colon + 1);
    var last = String.valueOf(file.getFileName());
    if (!HANDLER_FILE.matcher(last).matches()) {
      throw new UserException(
          handler + ": expected FILE.py:FUNCTION, FILE.java:METHOD or FILE.jar:CLASS.METHOD");
    }
    var given = last.substring(0, last.lastIndexOf('.')).toLowerCase(Locale.ROOT);
    return new FunctionManifest(
        name.isEmpty() ? given.replaceAll("[^a-z0-9-]+", "-") : name,
        options.namespace(),
        last + ":" + function,
        files(file),
        environment,
        minScale,
        timeout,
        memory,
        concurrency);
  }

  private Map<String, byte[]> files(Path first) throws IOException {
    var all = new HashMap<String, byte[]>();
    put(first, all);
    for (var each : more) {
      put(each, all);
    }
    long bytes = all.values().stream().mapToLong(each -> each.length).sum();
    if (bytes > MOST_BYTES) {
      throw new UserException(
          "the files have " + bytes + " bytes, of " + MOST_BYTES + " that a ConfigMap holds");
    }
    return all;
  }

  private static void put(Path file, Map<String, byte[]> into) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new UserException("there is no file " + file);
    }
    into.put(String.valueOf(file.getFileName()), Files.readAllBytes(file));
  }

  private String applied(KubeClient client, FunctionManifest manifest) throws Exception {
    return apply(client, "serving.knative.dev/v1", "Service", manifest.service());
  }

  private String apply(KubeClient client, String version, String kind, ObjectNode object)
      throws Exception {
    var found =
        client
            .find(version, kind)
            .orElseThrow(() -> new UserException("the server has no " + kind + " of " + version));
    return client.apply(found, options.namespace(), object);
  }

  private void awaitReady(KubeClient client, String function, StepLine steps)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(patience).toNanos();
    while (true) {
      var service = client.get(path(function), "application/json");
      var ready = condition(service);
      boolean current =
          service.path("status").path("observedGeneration").asLong(0)
              == Json.at(service, "metadata", "generation").asLong(-1);
      if (current && Json.text(ready, "status").equals("True")) {
        return;
      }
      var why = Json.text(ready, "message");
      if (current && Json.text(ready, "status").equals("False")) {
        throw new UserException("function " + function + " is not ready: " + why);
      }
      if (System.nanoTime() > end) {
        throw new UserException(
            "function " + function + " is not ready after " + patience + " s: " + why);
      }
      steps.show("waiting" + (why.isEmpty() ? "" : ": " + why.lines().findFirst().orElse("")));
      Thread.sleep(EVERY);
    }
  }

  private static JsonNode condition(JsonNode service) {
    for (var each : service.path("status").path("conditions")) {
      if (Json.text(each, "type").equals("Ready")) {
        return each;
      }
    }
    return Json.object();
  }
}
