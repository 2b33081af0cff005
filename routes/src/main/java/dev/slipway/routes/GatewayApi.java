package dev.slipway.routes;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What the kinds of the Gateway API (v1.4) have in common here: whose gateways are ours, and how
/// conditions are written.
public final class GatewayApi {
  public static final String GROUP = "gateway.networking.k8s.io";

  /// What a GatewayClass names to have its gateways run here.
  public static final String CONTROLLER = "slipway.dev/gateway-controller";

  /// The class that is there from the start.
  public static final String CLASS = "slipway";

  private GatewayApi() {}

  /// The class that is there from the start, to be applied.
  public static ObjectNode ownClass() {
    var made = Json.object();
    made.put("apiVersion", GROUP + "/v1").put("kind", "GatewayClass");
    made.putObject("metadata").put("name", CLASS);
    made.putObject("spec")
        .put("controllerName", CONTROLLER)
        .put("description", "The gateway of this platform");
    return made;
  }

  /// Whether a Gateway's class says that it is run here.
  static boolean runs(Resource gateway, Lookup lookup) {
    return lookup
        .find(Kinds.GATEWAY_CLASS.key("", gateway.text("spec", "gatewayClassName")))
        .filter(GatewayApi::runs)
        .isPresent();
  }

  static boolean runs(Resource gatewayClass) {
    return gatewayClass.text("spec", "controllerName").equals(CONTROLLER);
  }

  /// A text, or what the API says it is where it is absent.
  static String text(JsonNode from, String field, String otherwise) {
    return from.has(field) ? from.path(field).asString(otherwise) : otherwise;
  }

  /// Why something is not as its author wants it.
  record Trouble(String reason, String message) {}

  /// The conditions of one status, with the generation they speak of; one whose `status` stays
  /// keeps its time.
  static final class Said {
    private final JsonNode before;
    private final long generation;
    private final String now;
    private final ArrayNode all = Json.array();

    Said(JsonNode before, long generation, Instant now) {
      this.before = before;
      this.generation = generation;
      this.now = now.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /// True with a reason, or false with the trouble.
    Said holds(String type, String reason, Optional<Trouble> trouble) {
      return trouble.isEmpty()
          ? add(type, "True", reason, "")
          : add(type, "False", trouble.get().reason(), trouble.get().message());
    }

    Said add(String type, String status, String reason, String message) {
      all.addObject()
          .put("type", type)
          .put("status", status)
          .put("observedGeneration", generation)
          .put("lastTransitionTime", since(type, status))
          .put("reason", reason)
          .put("message", message);
      return this;
    }

    private String since(String type, String status) {
      for (var each : before) {
        if (Json.text(each, "type").equals(type) && Json.text(each, "status").equals(status)) {
          return Json.text(each, "lastTransitionTime");
        }
      }
      return now;
    }

    ArrayNode conditions() {
      return all;
    }
  }
}
