package dev.slipway.app;

import dev.slipway.node.environment.EnvironmentList;
import dev.slipway.node.environment.EnvironmentSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// Lists environments.
@Command(
    name = "list",
    description = "List the environments, where they are, and which images lead there.",
    mixinStandardHelpOptions = true)
final class EnvListCommand implements Callable<Integer> {
  @Mixin private final DataOption data = new DataOption();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws Exception {
    var rows = new ArrayList<List<String>>();
    rows.add(List.of("NAME", "KIND", "READY", "WHERE", "PACKAGES", "IMAGES"));
    var list = new EnvironmentList(EnvironmentSettings.at(data.directory()));
    for (var each : list.rows(EnvironmentTable.of(data))) {
      rows.add(
          List.of(
              each.name(),
              each.kind(),
              each.there() ? "yes" : "no",
              each.where(),
              each.packages(),
              each.images()));
    }
    TextTable.print(rows, spec.commandLine().getOut());
    spec.commandLine().getOut().flush();
    return 0;
  }
}
