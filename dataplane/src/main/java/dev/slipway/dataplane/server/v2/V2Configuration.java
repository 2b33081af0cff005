package dev.slipway.dataplane.server.v2;

import dev.slipway.base.Json;
import dev.slipway.dataplane.model.Servable;
import dev.slipway.inference.engine.Signature;
import dev.slipway.inference.tensor.DataType;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A model's configuration in the form of Triton's `config.pbtxt`, as JSON.
final class V2Configuration {
  private V2Configuration() {}

  static ObjectNode of(Servable servable) {
    return servable
        .configuration()
        .map(written -> completed(written, servable))
        .orElseGet(() -> derived(servable));
  }

  /// What a configuration leaves out, the model itself says.
  private static ObjectNode completed(ObjectNode written, Servable servable) {
    var config = written.deepCopy();
    var derived = derived(servable);
    for (var field : List.of("input", "output", "instance_group")) {
      if (config.path(field).isEmpty()) {
        config.set(field, derived.get(field));
      }
    }
    return config;
  }

  private static ObjectNode derived(Servable servable) {
    var settings = servable.settings();
    var signature = servable.signatures().firstEntry().getValue();
    boolean batches = servable.batchable();
    var body =
        Json.object()
            .put("name", servable.name())
            .put("platform", servable.platform())
            .put("backend", servable.format())
            .put(
                "max_batch_size",
                settings.batching().map(batching -> batching.maxRows()).orElse(0));
    tensors(body.putArray("input"), signature.inputs(), batches);
    tensors(body.putArray("output"), signature.outputs(), batches);
    body.putArray("instance_group")
        .addObject()
        .put("name", servable.name())
        .put("kind", "KIND_CPU")
        .put("count", settings.limits().instances());
    settings
        .batching()
        .ifPresent(
            batching -> {
              var dynamic = body.putObject("dynamic_batching");
              var preferred = dynamic.putArray("preferred_batch_size");
              batching.preferredRows().forEach(preferred::add);
              dynamic.put("max_queue_delay_microseconds", batching.maxDelay().toNanos() / 1_000);
            });
    var parameters = body.putObject("parameters");
    settings
        .options()
        .forEach((key, value) -> parameters.putObject(key).put("string_value", value));
    return body;
  }

  private static void tensors(ArrayNode target, List<Signature.Spec> specs, boolean batches) {
    for (var spec : specs) {
      var tensor =
          target.addObject().put("name", spec.name()).put("data_type", "TYPE_" + type(spec.type()));
      var dims = tensor.putArray("dims");
      spec.shape().stream().skip(batches ? 1 : 0).forEach(dims::add);
      if (spec.optional()) {
        tensor.put("optional", true);
      }
    }
  }

  private static String type(DataType type) {
    return type == DataType.BYTES ? "STRING" : type.name();
  }
}
