package dev.slipway.routes;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;

/// Whether an object may refer to one of another namespace: only where a `ReferenceGrant` there
/// says so.
final class Grants {
  private Grants() {}

  /// What is referred to.
  ///
  /// @param group empty for core
  record Target(String group, String kind, String namespace, String name) {}

  static boolean permit(Resource from, Target to, Lookup lookup) {
    return from.namespace().equals(to.namespace())
        || lookup.list(Kinds.REFERENCE_GRANT, to.namespace()).stream()
            .anyMatch(grant -> admits(grant, from) && covers(grant, to));
  }

  private static boolean admits(Resource grant, Resource from) {
    for (var each : grant.spec().path("from")) {
      if (Json.text(each, "group").equals(from.kind().group())
          && Json.text(each, "kind").equals(from.kind().kind())
          && Json.text(each, "namespace").equals(from.namespace())) {
        return true;
      }
    }
    return false;
  }

  private static boolean covers(Resource grant, Target to) {
    for (var each : grant.spec().path("to")) {
      var name = Json.text(each, "name");
      if (Json.text(each, "group").equals(to.group())
          && Json.text(each, "kind").equals(to.kind())
          && (name.isEmpty() || name.equals(to.name()))) {
        return true;
      }
    }
    return false;
  }
}
