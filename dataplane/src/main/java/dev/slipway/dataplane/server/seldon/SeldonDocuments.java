package dev.slipway.dataplane.server.seldon;

import dev.slipway.base.Json;
import dev.slipway.dataplane.model.Models;
import dev.slipway.dataplane.model.Servable;
import dev.slipway.inference.engine.Signature;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Metadata of a deployment and its models.
final class SeldonDocuments {
  private SeldonDocuments() {}

  static ObjectNode graph(Models models) {
    var body = Json.object().put("name", "slipway");
    var all = body.putObject("models");
    for (var model : models.all()) {
      model.latest().ifPresent(servable -> all.set(servable.name(), model(servable)));
    }
    return body;
  }

  static ObjectNode model(Servable servable) {
    var body = Json.object().put("name", servable.name()).put("platform", servable.platform());
    body.putArray("versions").add(servable.version());
    var signature = servable.signatures().firstEntry().getValue();
    tensors(body.putArray("inputs"), signature.inputs());
    tensors(body.putArray("outputs"), signature.outputs());
    return body;
  }

  private static void tensors(ArrayNode target, List<Signature.Spec> specs) {
    for (var spec : specs) {
      var tensor = target.addObject().put("name", spec.name()).put("datatype", spec.type().name());
      var shape = tensor.putArray("shape");
      spec.shape().forEach(shape::add);
    }
  }
}
