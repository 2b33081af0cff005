package dev.slipway.app;

import dev.slipway.base.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Says where a model comes from and where it goes to: data, run and job on one side, services on
/// the other; from either end.
@Command(
    name = "lineage",
    description = {
      "Say which run and data made a model, and which services serve it:",
      "slipway lineage models:/iris/3, slipway lineage inferenceservice/iris."
    },
    mixinStandardHelpOptions = true)
final class LineageCommand implements Callable<Integer> {
  private static final Pattern SERVICE =
      Pattern.compile("(?:inferenceservices?|isvc)(?:\\.serving\\.kserve\\.io)?/(.+)");

  @Mixin private final ClientOptions options = new ClientOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      index = "0",
      paramLabel = "NAME",
      description = "models:/NAME/VERSION, models:/NAME@ALIAS or inferenceservice/NAME.")
  private String name = "";

  @Option(
      names = "--tracking-uri",
      paramLabel = "URL",
      description = "Another registry than the running Slipway's ($MLFLOW_TRACKING_URI).")
  private String tracking = System.getenv().getOrDefault("MLFLOW_TRACKING_URI", "");

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORM",
      description = "text or json (default: ${DEFAULT-VALUE}).",
      defaultValue = "text")
  private String output = "text";

  @Override
  public Integer call() throws Exception {
    ObjectNode found = found(new RegistryClient(registry()));
    PrintWriter out = spec.commandLine().getOut();
    if (output.equals("json")) {
      out.println(found.toPrettyString());
    } else {
      TextTable.print(rows(found), out);
    }
    out.flush();
    return 0;
  }

  private String registry() {
    if (!tracking.isEmpty()) {
      return tracking;
    }
    return RunFile.read(options.directory())
        .map(RunFile::front)
        .orElseThrow(
            () ->
                new UserException(
                    "Slipway is not running in "
                        + options.directory()
                        + "; name a registry with --tracking-uri"));
  }

  private ObjectNode found(RegistryClient registry) throws IOException, InterruptedException {
    Matcher service = SERVICE.matcher(name);
    if (!service.matches()) {
      return registry.lineage(name);
    }
    KubeClient client = options.connect(spec.commandLine().getErr());
    String path = client.find("inferenceservices").path(options.namespace(), service.group(1));
    JsonNode object = client.get(path, "application/json");
    JsonNode state = object.path("status").path("registry");
    if (Json.text(state, "version").isEmpty()) {
      throw new UserException(
          "inferenceservice/"
              + service.group(1)
              + " serves no version of the registry: its storageUri is \""
              + Json.text(object, "spec", "predictor", "model", "storageUri")
              + "\" (expected models:/…)");
    }
    ObjectNode all = Json.object();
    all.put("inferenceService", options.namespace() + "/" + service.group(1));
    all.put("follows", Json.text(state, "uri"));
    all.put("state", Json.text(state, "message"));
    String model = "models:/" + Json.text(state, "name") + "/" + Json.text(state, "version");
    all.setAll(registry.lineage(model));
    return all;
  }

  private static List<List<String>> rows(ObjectNode found) {
    var rows = new ArrayList<List<String>>();
    row(rows, "inference service", Json.text(found, "inferenceService"));
    row(rows, "follows", Json.text(found, "follows"));
    row(rows, "state", Json.text(found, "state"));
    row(rows, "model", Json.text(found, "model"));
    row(rows, "aliases", words(found.path("aliases")));
    row(rows, "stage", Json.text(found, "stage"));
    row(rows, "source", Json.text(found, "source"));
    row(rows, "served by", words(found.path("servedBy")));
    JsonNode run = found.path("run");
    row(rows, "run", Json.text(run, "id") + spaced(Json.text(run, "name")));
    row(rows, "status", Json.text(run, "status"));
    row(rows, "made by", Json.text(run, "object"));
    row(rows, "part of run", Json.text(run, "parent"));
    row(rows, "experiment", Json.text(run, "experiment"));
    row(rows, "data", words(run.path("data")));
    row(rows, "params", words(run.path("params")));
    row(rows, "metrics", words(run.path("metrics")));
    return rows;
  }

  private static void row(List<List<String>> rows, String title, String value) {
    Optional.of(value.strip())
        .filter(it -> !it.isEmpty())
        .ifPresent(it -> rows.add(List.of(title, it)));
  }

  private static String spaced(String text) {
    return text.isEmpty() ? "" : " (" + text + ")";
  }

  private static String words(JsonNode list) {
    return list.values().stream().map(each -> each.asString("")).collect(Collectors.joining(", "));
  }
}
