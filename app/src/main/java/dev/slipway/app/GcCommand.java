package dev.slipway.app;

import dev.slipway.registry.Garbage;
import dev.slipway.registry.Registry;
import dev.slipway.registry.RegistryException;
import dev.slipway.registry.sql.StorageException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Removes for good what was deleted from the model registry, as `mlflow gc` does.
@Command(
    name = "gc",
    description = {
      "Remove for good what was deleted from the model registry: runs, experiments, logged models",
      "and their files. Until then it can be restored. The platform may be running."
    },
    mixinStandardHelpOptions = true)
final class GcCommand implements Callable<Integer> {
  private static final Pattern AGE =
      Pattern.compile("(?:(\\d+)d)?(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+)s)?");

  @Mixin private final DataOption data = new DataOption();
  @Mixin private final RegistryOptions registry = new RegistryOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--older-than",
      paramLabel = "AGE",
      description = "Only what was deleted so long ago: 30d, 1d12h, 10m (default: everything).")
  private String olderThan = "";

  @Option(
      names = "--run-ids",
      paramLabel = "IDS",
      split = ",",
      description = "Only these deleted runs.")
  private List<String> runs = List.of();

  @Option(
      names = "--experiment-ids",
      paramLabel = "IDS",
      split = ",",
      description = "Only these deleted experiments, with all in them.")
  private List<String> experiments = List.of();

  @Option(
      names = "--logged-model-ids",
      paramLabel = "IDS",
      split = ",",
      description = "Only these deleted logged models.")
  private List<String> models = List.of();

  @Override
  public Integer call() {
    var wanted = new Garbage.Wanted(age(olderThan), runs, experiments, models);
    var settings = registry.settings(data.directory(), System.getenv());
    try (var opened = Registry.open(settings, InstantSource.system())) {
      show(opened.collect(wanted));
    } catch (RegistryException | StorageException refused) {
      throw new UserException(String.valueOf(refused.getMessage()));
    }
    return 0;
  }

  /// @throws UserException if it is no age
  static Duration age(String written) {
    Matcher parts = AGE.matcher(written);
    if (!parts.matches()) {
      throw new UserException(
          "--older-than: \""
              + written
              + "\" is no age (expected days, hours, minutes and seconds"
              + " such as 30d or 1d12h)");
    }
    return Duration.ofDays(number(parts, 1))
        .plusHours(number(parts, 2))
        .plusMinutes(number(parts, 3))
        .plusSeconds(number(parts, 4));
  }

  private static long number(Matcher parts, int group) {
    String digits = parts.group(group);
    return digits == null ? 0 : Integer.parseInt(digits);
  }

  private void show(Garbage.Removed removed) {
    PrintWriter out = spec.commandLine().getOut();
    removed.runs().forEach(id -> out.println("run " + id + " removed"));
    removed.models().forEach(id -> out.println("logged model " + id + " removed"));
    removed.experiments().forEach(id -> out.println("experiment " + id + " removed"));
    removed
        .left()
        .forEach(place -> out.println("files at " + place + " are not this registry's and stay"));
    out.flush();
  }
}
