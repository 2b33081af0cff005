package dev.slipway.app;

import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// Lists functions.
@Command(name = "list", description = "List functions.", mixinStandardHelpOptions = true)
final class FunctionListCommand implements Callable<Integer> {
  @Mixin private final ClientOptions options = new ClientOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws Exception {
    var client = options.connect(spec.commandLine().getErr());
    var path = FunctionCommand.labelled(FunctionCommand.services(options.namespace()), "");
    var rows = new ArrayList<List<String>>();
    rows.add(List.of("NAME", "HANDLER", "READY", "URL"));
    for (var each : client.get(path, "application/json").path("items")) {
      var container = each.at("/spec/template/spec/containers/0");
      var ready = "Unknown";
      for (var condition : each.path("status").path("conditions")) {
        ready =
            Json.text(condition, "type").equals("Ready") ? Json.text(condition, "status") : ready;
      }
      rows.add(
          List.of(
              Json.text(each, "metadata", "name"),
              container.path("args").path(0).asString(""),
              ready,
              Json.text(each, "status", "url")));
    }
    TextTable.print(rows, spec.commandLine().getOut());
    spec.commandLine().getOut().flush();
    return 0;
  }
}
