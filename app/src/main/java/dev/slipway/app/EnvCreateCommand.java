package dev.slipway.app;

import dev.slipway.node.environment.Definition;
import dev.slipway.node.environment.EnvironmentException;
import dev.slipway.node.environment.EnvironmentMaker;
import dev.slipway.node.environment.EnvironmentSettings;
import dev.slipway.node.environment.Environments;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Makes an environment: a Python of its own, with packages.
@Command(
    name = "create",
    description = "Make an environment: a Python of its own, with packages.",
    mixinStandardHelpOptions = true)
final class EnvCreateCommand implements Callable<Integer> {
  @Mixin private final DataOption data = new DataOption();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      index = "0",
      paramLabel = "NAME",
      description =
          "tensorflow, pytorch, … (see: slipway env list); any other name makes one with the"
              + " packages given.")
  private String name = "";

  @Option(
      names = "--version",
      paramLabel = "VERSION",
      description = "Of the first of its packages (default: the newest).")
  private String version = "";

  @Option(
      names = {"-p", "--package"},
      paramLabel = "PACKAGE",
      description = "A further package, as pip takes it; repeatable.")
  private List<String> more = List.of();

  @Option(
      names = "--python",
      paramLabel = "FILE",
      description = "The Python it is made of (default: this machine's python3).")
  private String python = "";

  @Option(names = "--replace", description = "Make anew what is there.")
  private boolean replace;

  @Override
  public Integer call() throws Exception {
    var settings = EnvironmentSettings.at(data.directory());
    var packages = packages();
    var file = python.isEmpty() ? Optional.<Path>empty() : Optional.of(Path.of(python));
    var made = make(settings, new EnvironmentMaker.Request(name, packages, file, replace));
    sweep(settings);
    var out = spec.commandLine().getOut();
    out.println("environment " + name + " made: " + made.home());
    out.flush();
    return 0;
  }

  private Environments.Made make(EnvironmentSettings settings, EnvironmentMaker.Request request)
      throws IOException {
    try (var steps = new StepLine(spec.commandLine().getErr())) {
      return new EnvironmentMaker(settings, InstantSource.system(), steps::show).make(request);
    } catch (EnvironmentException problem) {
      throw new UserException(String.valueOf(problem.getMessage()));
    }
  }

  private List<String> packages() {
    var table = EnvironmentTable.of(data);
    if (!table.knows(name) && more.isEmpty() && python.isEmpty()) {
      throw new UserException(
          "no environment is called "
              + name
              + "; known: "
              + String.join(", ", new TreeSet<>(table.definitions().keySet()))
              + ". One of your own needs --package or --python");
    }
    var definition = table.definition(name);
    if (!(definition instanceof Definition.Python wanted) || wanted.path().isPresent()) {
      throw new UserException(
          "environment "
              + name
              + " names what is there already (kind "
              + definition.kind()
              + "); there is nothing to make");
    }
    var all = new ArrayList<>(wanted.packages());
    if (!version.isEmpty()) {
      if (all.isEmpty()) {
        throw new UserException(
            "environment "
                + name
                + " has no package of its own that --version could be of; give"
                + " --package NAME=="
                + version);
      }
      all.set(0, all.getFirst() + "==" + version);
    }
    all.addAll(more);
    return all;
  }

  /// What was replaced may still be run in by pods of a running platform; that sweeps when it
  /// starts again.
  private void sweep(EnvironmentSettings settings) throws IOException {
    if (RunFile.read(data.directory()).isEmpty()) {
      new Environments(settings).sweep();
    }
  }
}
