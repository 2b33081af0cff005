package dev.slipway.api.network;

import dev.slipway.api.KindRules;
import dev.slipway.base.Json;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Warns of an Ingress whose `rewrite-target` does what ingress-nginx says, and seldom what its
/// writer means: without a capture every request below the path is sent on to one and the same
/// place.
///
/// Source: kubernetes/ingress-nginx, `docs/examples/rewrite/README.md`.
public final class IngressAdvice implements KindRules {
  private static final String REWRITE = "nginx.ingress.kubernetes.io/rewrite-target";
  private static final Pattern CAPTURE = Pattern.compile("\\$(\\d)");

  @Override
  public String group() {
    return "networking.k8s.io";
  }

  @Override
  public String kind() {
    return "Ingress";
  }

  @Override
  public void complete(Admitting admitting, ObjectNode ingress) {
    var target = Json.text(ingress, "metadata", "annotations", REWRITE);
    if (target.isEmpty()) {
      return;
    }
    JsonNode rules = ingress.path("spec").path("rules");
    for (int i = 0; i < rules.size(); i++) {
      JsonNode paths = rules.path(i).path("http").path("paths");
      for (int j = 0; j < paths.size(); j++) {
        var place = "spec.rules[" + i + "].http.paths[" + j + "].path";
        advise(place, paths.path(j), target, admitting.warnings());
      }
    }
  }

  private static void advise(
      String place, JsonNode path, String target, Consumer<String> warnings) {
    var text = Json.text(path, "path");
    int groups = groups(text);
    int wanted = 0;
    var used = CAPTURE.matcher(target);
    while (used.find()) {
      wanted = Math.max(wanted, Integer.parseInt(used.group(1)));
    }
    if (wanted > groups) {
      warnings.accept(
          place
              + ": \""
              + text
              + "\" captures "
              + (groups == 0 ? "nothing" : "only " + groups)
              + ", but annotation "
              + REWRITE
              + " names $"
              + wanted
              + ", which is then empty");
    } else if (wanted == 0 && below(path, text)) {
      var trimmed = text.replaceAll("/+$", "");
      warnings.accept(
          place
              + ": annotation "
              + REWRITE
              + " sends every request below \""
              + text
              + "\" to \""
              + target
              + "\" alone, as ingress-nginx does; to keep what follows, write path \""
              + trimmed
              + "(/|$)(.*)\" and target \"/$2\"");
    }
  }

  /// Whether more than one path is meant, and something is lost.
  private static boolean below(JsonNode path, String text) {
    return !Json.text(path, "pathType").equals("Exact") && !text.endsWith("$");
  }

  private static int groups(String text) {
    try {
      return Pattern.compile(text).matcher("").groupCount();
    } catch (PatternSyntaxException _) {
      return 0;
    }
  }
}
