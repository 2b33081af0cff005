package dev.slipway.apiserver.patch;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.base.Json;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/// A JSON Patch (RFC 6902) applied to one document, with the liberties Kubernetes' library takes:
/// negative indices count from the end, and `replace` of a field that is absent adds it.
///
/// Messages follow `github.com/evanphx/json-patch` v4, the library of the original.
final class JsonPatch {
  /// Most operations in one patch.
  static final int MAX_OPERATIONS = 10_000;

  /// Most bytes all `copy` operations of one patch may add together.
  static final long MAX_COPIED_BYTES = 3L * 1024 * 1024;

  private JsonNode root;
  private long copiedBytes;

  private JsonPatch(JsonNode root) {
    this.root = root;
  }

  /// Applies a parsed patch.
  ///
  /// @param document changed in place; the answer is another node only where the root was replaced
  /// @throws ApiException 400 for what is no patch, 413 for too many operations, 422 where an
  ///     operation does not apply
  static JsonNode apply(JsonNode patch, JsonNode document) {
    if (patch.isNull()) {
      return document;
    }
    if (!(patch instanceof ArrayNode operations)) {
      throw notA("Patch", patch);
    }
    if (operations.size() > MAX_OPERATIONS) {
      throw ApiException.tooLarge(
          "The allowed maximum operations in a JSON patch is "
              + MAX_OPERATIONS
              + ", got "
              + operations.size());
    }
    for (JsonNode each : operations) {
      if (!each.isObject() && !each.isNull()) {
        throw notA("Operation", each);
      }
    }
    var applied = new JsonPatch(document);
    for (JsonNode each : operations) {
      applied.run(each);
    }
    return applied.root;
  }

  private void run(JsonNode operation) {
    String kind = operation.path("op").asString("unknown");
    switch (kind) {
      case "add" -> add(operation);
      case "remove" -> remove(operation);
      case "replace" -> replace(operation);
      case "move" -> move(operation);
      case "test" -> test(operation);
      case "copy" -> copy(operation);
      default -> throw Patches.rejected("Unexpected kind: " + kind);
    }
  }

  private void add(JsonNode operation) {
    String path = pointer(operation, "path", "add operation failed to decode path");
    Place place =
        find(path)
            .orElseThrow(
                () -> missing("add operation does not apply: doc is missing path: " + quote(path)));
    place.add(value(operation), "error in add for path: '" + path + "'");
  }

  private void remove(JsonNode operation) {
    String path = pointer(operation, "path", "remove operation failed to decode path");
    Place place =
        find(path)
            .orElseThrow(
                () ->
                    missing(
                        "remove operation does not apply: doc is missing path: " + quote(path)));
    place.remove("error in remove for path: '" + path + "'");
  }

  private void replace(JsonNode operation) {
    String path = pointer(operation, "path", "replace operation failed to decode path");
    JsonNode value = value(operation);
    if (path.isEmpty()) {
      if (!value.isContainer()) {
        throw Patches.rejected("replace operation value must be object or array");
      }
      root = value;
      return;
    }
    Place place =
        find(path)
            .orElseThrow(
                () -> missing("replace operation does not apply: doc is missing path: " + path));
    place.replace(value, "replace operation does not apply: doc is missing key: " + path);
  }

  private void move(JsonNode operation) {
    String from = pointer(operation, "from", "move operation failed to decode from");
    Place source =
        find(from)
            .orElseThrow(
                () -> missing("move operation does not apply: doc is missing from path: " + from));
    String trouble = "error in move for path: '" + source.key + "'";
    JsonNode value = source.read(trouble);
    source.remove(trouble);
    String path = pointer(operation, "path", "move operation failed to decode path");
    destination(path, "move").add(value, "error in move for path: '" + path + "'");
  }

  private void copy(JsonNode operation) {
    String from = pointer(operation, "from", "copy operation failed to decode from");
    Place source =
        find(from)
            .orElseThrow(
                () -> missing("copy operation does not apply: doc is missing from path: " + from));
    JsonNode value = source.read("error in copy for from: '" + from + "'").deepCopy();
    String path = pointer(operation, "path", "copy operation failed to decode path");
    Place target = destination(path, "copy");
    copiedBytes += Json.bytes(value).length;
    if (copiedBytes > MAX_COPIED_BYTES) {
      throw Patches.rejected(
          "Unable to complete the copy, the accumulated size increase of copy is "
              + copiedBytes
              + ", exceeding the limit "
              + MAX_COPIED_BYTES);
    }
    target.add(value, "error while adding value during copy");
  }

  private void test(JsonNode operation) {
    String path = pointer(operation, "path", "test operation failed to decode path");
    JsonNode wanted = value(operation);
    JsonNode found = root;
    if (!path.isEmpty()) {
      found =
          find(path)
              .orElseThrow(() -> missing("test operation does not apply: is missing path: " + path))
              .read("error in test for path: '" + path + "'");
    }
    if (!JsonValues.equal(found, wanted)) {
      throw Patches.rejected("testing value " + path + " failed: test failed");
    }
  }

  private Place destination(String path, String operation) {
    return find(path)
        .orElseThrow(
            () ->
                missing(
                    operation
                        + " operation does not apply: doc is missing destination path: "
                        + path));
  }

  /// The container a pointer leads into and the last reference token; empty where the way is not
  /// there.
  private Optional<Place> find(String pointer) {
    String[] tokens = pointer.split("/", -1);
    if (tokens.length < 2) {
      return Optional.empty();
    }
    JsonNode here = root;
    for (int i = 1; i < tokens.length - 1; i++) {
      Place step = new Place(here, decode(tokens[i]));
      JsonNode next = step.peek();
      if (next == null || !next.isContainer()) {
        return Optional.empty();
      }
      here = next;
    }
    return Optional.of(new Place(here, decode(tokens[tokens.length - 1])));
  }

  private static String decode(String token) {
    return token.indexOf('~') < 0 ? token : token.replace("~1", "/").replace("~0", "~");
  }

  private static String pointer(JsonNode operation, String field, String trouble) {
    JsonNode found = operation.path(field);
    if (!found.isString()) {
      String which =
          field.equals("path")
              ? "operation missing path field"
              : "operation, missing " + field + " field";
      throw missing(trouble + ": " + which);
    }
    return found.stringValue();
  }

  private static JsonNode value(JsonNode operation) {
    JsonNode value = operation.get("value");
    return value == null ? NullNode.getInstance() : value.deepCopy();
  }

  private static ApiException missing(String message) {
    return Patches.rejected(message + ": missing value");
  }

  private static ApiException notA(String type, JsonNode found) {
    return ApiException.badRequest(
        "json: cannot unmarshal "
            + Patches.typeName(found)
            + " into Go value of type jsonpatch."
            + type);
  }

  private static String quote(String text) {
    return '"' + text + '"';
  }

  /// One field or element, present or not.
  private record Place(JsonNode container, String key) {
    /// The value there; null where there is none.
    @Nullable JsonNode peek() {
      if (container instanceof ArrayNode array) {
        int index = parse(key).orElse(array.size());
        return array.get(index < 0 ? index + array.size() : index);
      }
      return container.get(key);
    }

    /// The value there; an absent field reads as null, an absent element is refused.
    JsonNode read(String trouble) {
      if (container instanceof ArrayNode array) {
        return array.get(index(array.size(), trouble));
      }
      JsonNode found = container.get(key);
      return found == null ? NullNode.getInstance() : found;
    }

    void add(JsonNode value, String trouble) {
      if (container instanceof ArrayNode array) {
        if (key.equals("-")) {
          array.add(value);
        } else {
          String context = trouble + ": value was not a proper array index: '" + key + "'";
          number(context);
          array.insert(index(array.size() + 1, trouble), value);
        }
      } else if (container instanceof ObjectNode object) {
        object.set(key, value);
      }
    }

    void replace(JsonNode value, String trouble) {
      if (container instanceof ArrayNode array) {
        if (peek() == null) {
          throw missing(trouble);
        }
        array.set(index(array.size(), trouble), value);
      } else if (container instanceof ObjectNode object) {
        object.set(key, value);
      }
    }

    void remove(String trouble) {
      if (container instanceof ArrayNode array) {
        array.remove(index(array.size(), trouble));
      } else if (!(container instanceof ObjectNode object) || object.remove(key) == null) {
        throw missing(trouble + ": Unable to remove nonexistent key: " + key);
      }
    }

    private int index(int size, String trouble) {
      int index = number(trouble);
      if (index >= size || index < -size) {
        throw Patches.rejected(
            trouble + ": Unable to access invalid index: " + index + ": invalid index referenced");
      }
      return index < 0 ? index + size : index;
    }

    private int number(String trouble) {
      return parse(key)
          .orElseThrow(
              () ->
                  Patches.rejected(
                      trouble + ": strconv.Atoi: parsing " + quote(key) + ": invalid syntax"));
    }

    private static Optional<Integer> parse(String token) {
      try {
        return Optional.of(Integer.parseInt(token));
      } catch (NumberFormatException notANumber) {
        return Optional.empty();
      }
    }
  }
}
