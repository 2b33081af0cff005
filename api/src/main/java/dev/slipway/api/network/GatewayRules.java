package dev.slipway.api.network;

import dev.slipway.api.KindRules;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A Gateway before it is stored: what its schema cannot say of listeners.
///
/// Follows the validation rules in `apis/v1/gateway_types.go` of kubernetes-sigs/gateway-api.
public final class GatewayRules implements KindRules {
  private static final Set<String> WITHOUT_TLS = Set.of("HTTP", "TCP", "UDP");
  private static final Set<String> WITHOUT_HOST = Set.of("TCP", "UDP");

  @Override
  public String group() {
    return "gateway.networking.k8s.io";
  }

  @Override
  public String kind() {
    return "Gateway";
  }

  @Override
  public List<Problem> judge(Admitting admitting, ObjectNode object) {
    var problems = new ArrayList<Problem>();
    var names = new HashSet<String>();
    var places = new HashSet<String>();
    int i = 0;
    for (var listener : object.path("spec").path("listeners")) {
      var at = FieldPath.of("spec", "listeners").index(i++);
      var name = Json.text(listener, "name");
      if (!names.add(name)) {
        problems.add(Problem.invalid(at.field("name"), name, "listener names must be unique"));
      }
      if (!places.add(place(listener))) {
        problems.add(
            Problem.invalid(at, name, "another listener has the same port, protocol and hostname"));
      }
      listener(at, listener, problems);
    }
    return problems;
  }

  private static String place(JsonNode listener) {
    return listener.path("port").asInt(0)
        + " "
        + Json.text(listener, "protocol")
        + " "
        + Json.text(listener, "hostname");
  }

  private static void listener(FieldPath at, JsonNode listener, List<Problem> problems) {
    var protocol = Json.text(listener, "protocol");
    var mode = Json.text(listener, "tls", "mode");
    if (WITHOUT_TLS.contains(protocol) && listener.has("tls")) {
      problems.add(Problem.forbidden(at.field("tls"), "protocol " + protocol + " has no TLS"));
    }
    if (protocol.equals("HTTPS") && mode.equals("Passthrough")) {
      problems.add(Problem.invalid(at.field("tls", "mode"), mode, "HTTPS needs Terminate"));
    }
    if (WITHOUT_HOST.contains(protocol) && !Json.text(listener, "hostname").isEmpty()) {
      problems.add(
          Problem.forbidden(at.field("hostname"), "protocol " + protocol + " has no host names"));
    }
    var tls = listener.path("tls");
    if (listener.has("tls")
        && !mode.equals("Passthrough")
        && tls.path("certificateRefs").isEmpty()
        && tls.path("options").isEmpty()) {
      problems.add(
          Problem.required(at.field("tls", "certificateRefs"), "TLS that ends here shows one"));
    }
  }
}
