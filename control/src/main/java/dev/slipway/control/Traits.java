package dev.slipway.control;

import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the loop remembers of an object it was told of: enough to tell whom its next change
/// concerns. Labels are kept as hashes: a collision has somebody planned once too often.
///
/// @param owner who controls it, or null
/// @param labels sorted hashes of its labels
@SuppressWarnings("ArrayRecordComponent") // never compared
record Traits(String resourceVersion, @Nullable Key owner, int[] labels) {

  static Traits of(Resource object) {
    int[] labels =
        object.labels().entrySet().stream()
            .mapToInt(each -> hash(each.getKey(), each.getValue()))
            .sorted()
            .toArray();
    return new Traits(object.resourceVersion(), owner(object), labels);
  }

  static int hash(String label, String value) {
    return label.hashCode() * 31 + value.hashCode();
  }

  boolean mayMatch(Map<String, String> wanted) {
    for (Map.Entry<String, String> each : wanted.entrySet()) {
      if (Arrays.binarySearch(labels, hash(each.getKey(), each.getValue())) < 0) {
        return false;
      }
    }
    return true;
  }

  /// The controlling owner; its version and plural are left open, as references do.
  private static @Nullable Key owner(Resource object) {
    for (var each : object.at("metadata", "ownerReferences")) {
      if (each.path("controller").asBoolean(false)) {
        String apiVersion = each.path("apiVersion").asString("");
        int slash = apiVersion.indexOf('/');
        String group = slash < 0 ? "" : apiVersion.substring(0, slash);
        var kind = new Kind(group, "", each.path("kind").asString(""), "", true);
        return new Key(kind, object.namespace(), each.path("name").asString(""));
      }
    }
    return null;
  }

  /// Whether the owner is an object of this kind, whatever its version.
  boolean ownedBy(Kind kind) {
    return owner != null
        && owner.kind().kind().equals(kind.kind())
        && owner.kind().group().equals(kind.group());
  }
}
