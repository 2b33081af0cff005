package dev.slipway.node;

import dev.slipway.base.Json;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Mounts whose place in their volume is told by variables: `subPathExpr: $(POD_NAME)`.
///
/// Source: kubelet, `pkg/kubelet/kubelet_pods.go`, `makeMounts`.
final class SubPaths {
  private static final String EXPRESSION = "subPathExpr";
  private static final Pattern REFERENCE = Pattern.compile("\\$\\$|\\$\\(([^)]*)\\)");

  private SubPaths() {}

  /// The container with each `subPathExpr` as the `subPath` that it comes to.
  ///
  /// @throws NotYetException if a variable is missing, or what it holds leads out of the volume
  static JsonNode expanded(JsonNode container, Map<String, String> environment)
      throws NotYetException {
    boolean any = false;
    for (var mount : container.path("volumeMounts")) {
      any |= !Json.text(mount, EXPRESSION).isEmpty();
    }
    if (!any) {
      return container;
    }
    var copy = container.deepCopy();
    for (var mount : copy.path("volumeMounts")) {
      var expression = Json.text(mount, EXPRESSION);
      if (!expression.isEmpty() && mount instanceof ObjectNode changed) {
        changed.put("subPath", path(expression, environment));
      }
    }
    return copy;
  }

  private static String path(String expression, Map<String, String> environment)
      throws NotYetException {
    for (var found = REFERENCE.matcher(expression); found.find(); ) {
      var name = found.group(1);
      if (name != null && !environment.containsKey(name)) {
        throw bad("missing value for \"" + name + "\"");
      }
    }
    var path = Expansion.expand(expression, environment);
    if (path.startsWith("/")) {
      throw bad("error SubPath `" + path + "` must not be an absolute path");
    }
    for (var part : path.split("/", -1)) {
      if (part.equals("..")) {
        throw bad("unable to provision SubPath `" + path + "`: must not contain '..'");
      }
    }
    return path;
  }

  private static NotYetException bad(String why) {
    return new NotYetException("CreateContainerConfigError", why);
  }
}
