package dev.slipway.app;

import dev.slipway.base.Json;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// Shows objects, as the server's own table or whole.
@Command(
    name = "get",
    description = "Show objects: slipway get pods, slipway get isvc iris -o yaml.",
    mixinStandardHelpOptions = true)
final class GetCommand implements Callable<Integer> {
  /// How to print.
  enum Output {
    table,
    wide,
    yaml,
    json,
    name
  }

  static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";

  @Mixin private final ClientOptions options = new ClientOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "TYPE", description = "pods, deploy, isvc, …")
  private String type = "";

  @Parameters(index = "1", arity = "0..1", paramLabel = "NAME", description = "One object.")
  private String name = "";

  @Option(
      names = {"-A", "--all-namespaces"},
      description = "Every namespace.")
  private boolean everywhere;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORM",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
      defaultValue = "table")
  private Output output = Output.table;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    KubeClient client = options.connect(spec.commandLine().getErr());
    KubeClient.Found resource = client.find(type);
    String path = resource.path(everywhere ? "" : options.namespace(), name);
    boolean table = output == Output.table || output == Output.wide;
    JsonNode answer = client.get(path, table ? TABLE : "application/json");
    switch (output) {
      case json -> out.println(answer.toPrettyString());
      case yaml -> out.print(new YAMLMapper().writeValueAsString(answer));
      case name -> names(answer).forEach(each -> out.println(resource.label(each)));
      case table, wide -> print(answer, resource.namespaced() && everywhere, out);
    }
    out.flush();
    return 0;
  }

  private static List<String> names(JsonNode answer) {
    if (!answer.has("items")) {
      return List.of(Json.text(answer, "metadata", "name"));
    }
    return answer
        .path("items")
        .valueStream()
        .map(each -> Json.text(each, "metadata", "name"))
        .toList();
  }

  private void print(JsonNode table, boolean namespaces, PrintWriter out) {
    var rows = new ArrayList<List<String>>();
    var shown = new ArrayList<Integer>();
    var head = new ArrayList<String>();
    if (namespaces) {
      head.add("NAMESPACE");
    }
    JsonNode columns = table.path("columnDefinitions");
    for (int i = 0; i < columns.size(); i++) {
      if (output == Output.wide || columns.path(i).path("priority").asInt(0) == 0) {
        shown.add(i);
        head.add(Json.text(columns.path(i), "name").toUpperCase(Locale.ROOT));
      }
    }
    for (JsonNode row : table.path("rows")) {
      var cells = new ArrayList<String>();
      if (namespaces) {
        cells.add(Json.text(row, "object", "metadata", "namespace"));
      }
      shown.forEach(i -> cells.add(row.path("cells").path(i).asString("<none>")));
      rows.add(cells);
    }
    if (rows.isEmpty()) {
      spec.commandLine().getErr().println("No resources found.");
      return;
    }
    rows.addFirst(head);
    TextTable.print(rows, out);
  }
}
