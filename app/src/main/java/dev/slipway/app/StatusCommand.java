package dev.slipway.app;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/// Says whether a Slipway runs, since when and where.
@Command(
    name = "status",
    description = "Say whether Slipway is running, and where.",
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  @Mixin private final DataOption data = new DataOption();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    Optional<RunFile> running = RunFile.read(data.directory());
    if (running.isEmpty()) {
      out.println("Slipway is not running in " + data.directory() + ".");
      return 1;
    }
    RunFile run = running.get();
    KubeClient client = KubeClient.of(data.kubeconfig(), _ -> {});
    JsonNode version = client.get("/version", "application/json");
    Duration up = Duration.between(run.started(), Instant.now());
    TextTable.print(
        List.of(
            List.of("Slipway", "running, process " + run.pid() + ", for " + words(up)),
            List.of(
                "Kubernetes API", run.api() + " (" + version.path("gitVersion").asString("") + ")"),
            List.of("gateway", run.front()),
            List.of("kubeconfig", data.kubeconfig().toString()),
            List.of("data", data.directory().toString())),
        out);
    return 0;
  }

  private static String words(Duration time) {
    if (time.toMinutes() == 0) {
      return time.toSeconds() + " s";
    }
    return time.toHours() == 0
        ? time.toMinutes() + " min"
        : time.toHours() + " h " + time.toMinutesPart() + " min";
  }
}
