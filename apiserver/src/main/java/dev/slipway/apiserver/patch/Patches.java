package dev.slipway.apiserver.patch;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.schema.Schema;
import dev.slipway.base.Json;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The patches a client may send in the body of a `PATCH`, by media type: pure functions from an
/// object and a patch to a new object.
///
/// Server-side apply (`application/apply-patch+yaml`) needs the owners of fields as well:
/// `dev.slipway.apiserver.apply.Ownership`.
public final class Patches {
  public static final String JSON = "application/json-patch+json";
  public static final String MERGE = "application/merge-patch+json";
  public static final String STRATEGIC = "application/strategic-merge-patch+json";
  public static final String APPLY = "application/apply-patch+yaml";

  private static final List<String> BUILT_IN_TYPES = List.of(JSON, MERGE, STRATEGIC, APPLY);
  private static final List<String> CUSTOM_TYPES = List.of(JSON, MERGE, APPLY);

  private Patches() {}

  /// The media types a resource takes, as a refusal names them.
  ///
  /// @param custom custom resources carry no strategic merge keys, so they refuse that patch
  public static List<String> types(boolean custom) {
    return custom ? CUSTOM_TYPES : BUILT_IN_TYPES;
  }

  /// Applies a JSON, merge or strategic merge patch.
  ///
  /// @param contentType media type of the body; parameters after `;` are ignored
  /// @param object the current object in the version of the request; untouched
  /// @param schema the object's shape, for the merge keys of a strategic patch
  /// @return a new object
  /// @throws ApiException 400 for a malformed patch, 413 for one too long, 415 for a media type
  ///     the resource does not take, 422 where the patch does not fit the object
  public static ObjectNode apply(
      String contentType, byte[] patch, ObjectNode object, Schema schema, boolean custom) {
    String type = mediaType(contentType);
    if (type.equals(APPLY) || !types(custom).contains(type)) {
      throw ApiException.unsupportedMediaType(types(custom));
    }
    return asObject(apply(type, parse(patch), object.deepCopy(), schema));
  }

  /// The bare, lower-case media type of a `Content-Type` header.
  public static String mediaType(String contentType) {
    int parameters = contentType.indexOf(';');
    String bare = parameters < 0 ? contentType : contentType.substring(0, parameters);
    return bare.strip().toLowerCase(Locale.ROOT);
  }

  private static JsonNode apply(String type, JsonNode patch, ObjectNode target, Schema schema) {
    return switch (type) {
      case JSON -> JsonPatch.apply(patch, target);
      case MERGE -> MergePatch.apply(patch, target);
      default -> StrategicMergePatch.apply(patch, target, schema);
    };
  }

  private static JsonNode parse(byte[] patch) {
    try {
      return Json.parse(patch);
    } catch (JacksonException malformed) {
      throw ApiException.badRequest("error decoding patch: " + malformed.getOriginalMessage());
    }
  }

  private static ObjectNode asObject(JsonNode patched) {
    if (patched instanceof ObjectNode object) {
      return object;
    }
    throw rejected("the patched document is " + typeName(patched) + ", expected object");
  }

  /// A patch that is well formed and does not fit the object.
  static ApiException rejected(String why) {
    return ApiException.of(
        422,
        "Invalid",
        "the server rejected our request due to an error in our request: " + why,
        Json.object());
  }

  /// How messages name the type of a JSON value.
  static String typeName(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> "object";
      case ARRAY -> "array";
      case STRING -> "string";
      case NUMBER -> "number";
      case BOOLEAN -> "bool";
      case NULL, MISSING, POJO, BINARY -> "null";
    };
  }
}
