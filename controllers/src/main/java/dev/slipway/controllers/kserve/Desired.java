package dev.slipway.controllers.kserve;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import java.util.zip.CRC32C;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Marks a child with a checksum of what was wanted of it, so that the next look at it tells
/// whether
/// it is already that: its fields alone do not, because the API fills in defaults.
final class Desired {
  static final String MARK = "slipway.dev/desired";

  private Desired() {}

  /// Puts the mark of an object's `spec` onto the object.
  static ObjectNode mark(ObjectNode object) {
    Json.ensureObject(object, "metadata", "annotations").put(MARK, sum(object.path("spec")));
    return object;
  }

  /// Whether what is there was made as this.
  static boolean is(Resource found, ObjectNode wanted) {
    return found.annotation(MARK).equals(Json.text(wanted, "metadata", "annotations", MARK));
  }

  static String sum(JsonNode node) {
    var sum = new CRC32C();
    sum.update(Json.bytes(node));
    return Long.toHexString(sum.getValue());
  }
}
