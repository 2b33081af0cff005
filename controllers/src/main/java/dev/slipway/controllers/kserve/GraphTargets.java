package dev.slipway.controllers.kserve;

import dev.slipway.api.kserve.Kserve;
import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Resource;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Where the steps of a graph lead: services by name become the addresses of their predictions.
///
/// Follows `GetPredictorEndpoint` of `pkg/controller/v1beta1/inferenceservice/utils/utils.go`.
final class GraphTargets {
  private final Observed observed;
  private final String namespace;

  GraphTargets(Observed observed, String namespace) {
    this.observed = observed;
    this.namespace = namespace;
  }

  /// The graph's `spec` with every service resolved.
  ///
  /// @throws RefusedException while a service is not there, or not ready
  ObjectNode resolved(Resource graph) {
    ObjectNode spec = (ObjectNode) graph.spec().deepCopy();
    for (JsonNode node : spec.path("nodes")) {
      for (JsonNode step : node.path("steps")) {
        String name = Json.text(step, "serviceName");
        if (step instanceof ObjectNode written
            && !name.isEmpty()
            && Json.text(step, "serviceUrl").isEmpty()) {
          written.put("serviceUrl", endpoint(name));
        }
      }
    }
    return spec;
  }

  private String endpoint(String name) {
    Optional<Resource> found = observed.find(Kinds.INFERENCE_SERVICE.key(namespace, name));
    if (found.isEmpty()) {
      throw waiting("ServiceNotFound", "Failed to find graph service " + name);
    }
    String address = found.get().text("status", "address", "url");
    if (address.isEmpty()) {
      throw waiting("ServiceNotReady", "service " + name + " is not ready");
    }
    return address + path(found.get());
  }

  private static RefusedException waiting(String reason, String message) {
    return new RefusedException(reason, message, message);
  }

  private String path(Resource service) {
    String model = modelName(service);
    return switch (protocol(service)) {
      case "v1" -> "/v1/models/" + model + ":predict";
      case "v2" -> "/v2/models/" + model + "/infer";
      default -> "";
    };
  }

  private String protocol(Resource service) {
    JsonNode transformer = service.spec().path("transformer");
    if (transformer.isObject()) {
      return spoken(transformer.path("containers").path(0));
    }
    JsonNode predictor = service.spec().path("predictor");
    JsonNode model = predictor.path("model");
    if (!model.isObject()) {
      return Kserve.customContainer(predictor).map(GraphTargets::spoken).orElse("v1");
    }
    String written = Json.text(model, "protocolVersion");
    String runtime = Json.text(model, "runtime");
    if (!written.isEmpty() || runtime.isEmpty()) {
      return written.isEmpty() ? "v1" : written;
    }
    return ofRuntime(runtime);
  }

  private static String spoken(JsonNode container) {
    String protocol = Kserve.env(container, "PROTOCOL");
    return protocol.isEmpty() ? "v1" : protocol;
  }

  private String ofRuntime(String name) {
    JsonNode protocols =
        observed
            .find(Kinds.SERVING_RUNTIME.key(namespace, name))
            .or(() -> observed.find(Kinds.CLUSTER_SERVING_RUNTIME.key("", name)))
            .map(it -> it.spec().path("protocolVersions"))
            .orElseGet(Json::array);
    for (JsonNode each : protocols) {
      if (each.asString("").equals("v1") || each.asString("").equals("v2")) {
        return each.asString("");
      }
    }
    if (!protocols.isEmpty()) {
      throw waiting(
          "ProtocolUnsupported",
          "runtime "
              + name
              + " does not support a protocol compatible with Inference Graphs (expected v1 or v2)");
    }
    return "v1";
  }

  /// As the server was told to call it.
  static String modelName(Resource service) {
    JsonNode predictor = service.spec().path("predictor");
    JsonNode model = predictor.path("model");
    String fromEnvironment = Kserve.env(model, "MLSERVER_MODEL_NAME");
    return Stream.of(
            argument(service.spec().path("transformer").path("containers").path(0)),
            fromEnvironment,
            argument(model),
            argument(predictor.path("containers").path(0)),
            service.name())
        .filter(each -> !each.isEmpty())
        .findFirst()
        .orElseThrow();
  }

  private static String argument(JsonNode container) {
    JsonNode args = container.path("args");
    for (int i = 0; i < args.size(); i++) {
      String word = args.path(i).asString("");
      if (word.startsWith("--model_name=")) {
        return word.substring("--model_name=".length());
      }
      if (word.equals("--model_name")) {
        return args.path(i + 1).asString("");
      }
    }
    return "";
  }
}
