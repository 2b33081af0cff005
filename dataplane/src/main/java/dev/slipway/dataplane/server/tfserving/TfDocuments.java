package dev.slipway.dataplane.server.tfserving;

import dev.slipway.base.Json;
import dev.slipway.dataplane.model.ModelState;
import dev.slipway.dataplane.model.Models;
import dev.slipway.dataplane.model.Servable;
import dev.slipway.dataplane.model.ServeException;
import dev.slipway.inference.codec.tfserving.TfTypes;
import dev.slipway.inference.engine.Signature;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// Status and metadata of models; 64-bit numbers as strings, as protobuf's JSON has them.
final class TfDocuments {
  private static final String PREDICT = "tensorflow/serving/predict";

  private TfDocuments() {}

  /// @param ready whether a version answers
  record Status(ObjectNode body, boolean ready) {}

  /// V1's and TensorFlow Serving's status in one: `name`, `ready`, `model_version_status`.
  static Status status(Models models, TfPath where) {
    var model =
        models
            .find(where.name())
            .orElseThrow(
                () ->
                    new ServeException.UnknownModel(
                        "Model with name " + where.name() + " does not exist."));
    var body = Json.object();
    if (!where.pinned()) {
      body.put("name", model.name()).put("ready", model.ready());
    }
    var list = body.putArray("model_version_status");
    for (var servable : TfServables.versions(models, where.model())) {
      var entry =
          list.addObject().put("version", servable.version()).put("state", word(servable.state()));
      boolean failed = servable.state() == ModelState.FAILED;
      entry
          .putObject("status")
          .put("error_code", failed ? "UNKNOWN" : "OK")
          .put("error_message", servable.reason());
    }
    return new Status(body, model.ready());
  }

  private static String word(ModelState state) {
    return switch (state) {
      case LOADING -> "LOADING";
      case READY, COLD -> "AVAILABLE";
      case UNLOADING -> "UNLOADING";
      case UNLOADED, FAILED -> "END";
    };
  }

  static ObjectNode metadata(Servable servable) {
    var body = Json.object();
    body.putObject("model_spec")
        .put("name", servable.name())
        .put("signature_name", "")
        .put("version", servable.version());
    var signatures =
        body.putObject("metadata").putObject("signature_def").putObject("signature_def");
    servable
        .signatures()
        .forEach(
            (name, signature) -> {
              var entry = signatures.putObject(name);
              tensors(entry.putObject("inputs"), signature.inputs());
              tensors(entry.putObject("outputs"), signature.outputs());
              entry.put("method_name", PREDICT);
            });
    return body;
  }

  private static void tensors(ObjectNode target, List<Signature.Spec> specs) {
    for (var spec : specs) {
      var tensor = target.putObject(spec.name()).put("dtype", TfTypes.name(spec.type()));
      var shape = tensor.putObject("tensor_shape");
      var dims = shape.putArray("dim");
      for (var dimension : spec.shape()) {
        dims.addObject().put("size", dimension.toString()).put("name", "");
      }
      shape.put("unknown_rank", false);
      tensor.put("name", spec.name());
    }
  }
}
