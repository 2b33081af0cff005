package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.base.Json;
import dev.slipway.net.Response;
import java.time.InstantSource;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Gets and lists what is measured and never stored: `metrics.k8s.io`.
record UsageVerbs(UsageFigures figures, InstantSource clock) {
  static final String GROUP = "metrics.k8s.io";

  private List<ObjectNode> all(Call call) {
    return call.resource().namespaced() ? figures.pods(call.namespace()) : figures.nodes();
  }

  Outcome get(Call call) {
    return all(call).stream()
        .filter(each -> Json.text(each, "metadata", "name").equals(call.name()))
        .findFirst()
        .map(found -> Outcome.of(200, call.resource(), found))
        .orElseThrow(() -> ApiException.notFound(call.resource().qualified(), call.name()));
  }

  void list(Call call, Query query, Form form, Response response) {
    var selection = Selection.of(call.resource(), query);
    var found = all(call).stream().filter(selection::matches).toList();
    response.status(200);
    Answers.headers(response, call, form);
    var list =
        form.shape() == Form.Shape.TABLE ? table(call, query, found) : plain(call, form, found);
    response.send(Answers.render(list, form));
  }

  private static ObjectNode plain(Call call, Form form, List<ObjectNode> found) {
    var list =
        Json.object()
            .put("kind", call.resource().listKind())
            .put("apiVersion", call.resource().apiVersion());
    list.putObject("metadata");
    ArrayNode items = list.putArray("items");
    boolean bare = form.shape() == Form.Shape.METADATA;
    found.forEach(each -> items.add(bare ? Tables.metadataOnly(each) : each));
    return list;
  }

  private ObjectNode table(Call call, Query query, List<ObjectNode> found) {
    var columns = Tables.columns(call.resource());
    var table = Tables.head(columns);
    if (table.get("rows") instanceof ArrayNode rows) {
      for (var each : found) {
        rows.add(Tables.row(columns, each, query.text("includeObject"), clock.instant()));
      }
    }
    return table;
  }
}
