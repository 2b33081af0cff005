package dev.slipway.controllers.katib;

import dev.slipway.base.Json;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Resource;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Finds the kind of any object a trial may run: those of Kubernetes by name, all others by their
/// definitions.
final class JobKinds {
  private static final Kind DEFINITION =
      Kind.clusterWide(
          "apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions");

  private JobKinds() {}

  /// Empty where nothing is served that goes by this name.
  static Optional<Kind> of(JsonNode object, Observed observed) {
    String apiVersion = Json.text(object, "apiVersion");
    String kind = Json.text(object, "kind");
    int slash = apiVersion.indexOf('/');
    String group = slash < 0 ? "" : apiVersion.substring(0, slash);
    String version = apiVersion.substring(slash + 1);
    Optional<Kind> known =
        Kinds.all().stream()
            .filter(each -> each.apiVersion().equals(apiVersion) && each.kind().equals(kind))
            .findFirst();
    return known.or(
        () ->
            observed.list(DEFINITION, "", Map.of()).stream()
                .filter(each -> each.text("spec", "group").equals(group))
                .filter(each -> each.text("spec", "names", "kind").equals(kind))
                .filter(each -> each.text("spec", "scope").equals("Namespaced"))
                .filter(each -> isServed(each, version))
                .map(each -> Kind.namespaced(group, version, kind, plural(each)))
                .findFirst());
  }

  private static String plural(Resource definition) {
    return definition.text("spec", "names", "plural");
  }

  private static boolean isServed(Resource definition, String version) {
    for (JsonNode each : definition.spec().path("versions")) {
      if (Json.text(each, "name").equals(version)) {
        return each.path("served").asBoolean(false);
      }
    }
    return false;
  }
}
