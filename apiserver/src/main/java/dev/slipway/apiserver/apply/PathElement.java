package dev.slipway.apiserver.apply;

import dev.slipway.apiserver.patch.JsonValues;
import dev.slipway.base.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.LongNode;
import tools.jackson.databind.node.ObjectNode;

/// One step of a path into an object, as server-side apply names fields.
///
/// Elements have a total order (fields, then keys, values, indices) that is also the order in
/// which `fieldsV1` writes them. Source: `structured-merge-diff/fieldpath/element.go`.
public sealed interface PathElement extends Comparable<PathElement> {

  /// A field of an object or an entry of a map: `f:replicas`.
  record Field(String name) implements PathElement {}

  /// The element of an associative list with these key fields: `k:{"name":"nginx"}`.
  ///
  /// @param fields sorted by name
  record Key(List<KeyField> fields) implements PathElement {
    public Key {
      fields = fields.stream().sorted(Comparator.comparing(KeyField::name)).toList();
    }
  }

  /// The element of a set with this value: `v:"finalizer"`.
  record Value(JsonNode value) implements PathElement {
    public Value {
      value = canonical(value);
    }
  }

  /// The element of a list at this position: `i:3`.
  record Index(int position) implements PathElement {}

  /// One field of a key; numbers are kept in one form, so that equal keys are equal records.
  record KeyField(String name, JsonNode value) {
    public KeyField {
      value = canonical(value);
    }
  }

  static PathElement field(String name) {
    return new Field(name);
  }

  /// The member's name in `fieldsV1`.
  default String encode() {
    return switch (this) {
      case Field(var name) -> "f:" + name;
      case Key(var fields) ->
          fields.stream()
              .map(each -> json(each.name()) + ":" + json(each.value()))
              .collect(Collectors.joining(",", "k:{", "}"));
      case Value(var value) -> "v:" + json(value);
      case Index(var position) -> "i:" + position;
    };
  }

  /// Reads a member's name; empty for a kind of element this version does not know.
  ///
  /// @throws IllegalArgumentException if it is malformed
  static Optional<PathElement> decode(String text) {
    if (text.length() < 2 || text.charAt(1) != ':') {
      throw new IllegalArgumentException("missing colon: " + text);
    }
    String content = text.substring(2);
    return switch (text.charAt(0)) {
      case 'f' -> Optional.of(new Field(content));
      case 'k' -> Optional.of(key(parse(content)));
      case 'v' -> Optional.of(new Value(parse(content)));
      case 'i' -> Optional.of(new Index(Integer.parseInt(content)));
      default -> Optional.empty();
    };
  }

  /// As conflicts show it: `.replicas`, `[name="nginx"]`, `[="finalizer"]`, `[3]`.
  default String text() {
    return switch (this) {
      case Field(var name) -> "." + name;
      case Key(var fields) ->
          fields.stream()
              .map(each -> each.name() + "=" + each.value())
              .collect(Collectors.joining(",", "[", "]"));
      case Value(var value) -> "[=" + value + "]";
      case Index(var position) -> "[" + position + "]";
    };
  }

  @Override
  default int compareTo(PathElement other) {
    if (this instanceof Field(var mine) && other instanceof Field(var theirs)) {
      return JsonValues.compareText(mine, theirs);
    }
    int order = Integer.compare(rank(), other.rank());
    if (order != 0) {
      return order;
    }
    return switch (this) {
      case Field _ -> 0;
      case Key(var fields) -> compareKeys(fields, ((Key) other).fields);
      case Value(var value) -> JsonValues.compare(value, ((Value) other).value);
      case Index(var position) -> Integer.compare(position, ((Index) other).position);
    };
  }

  private int rank() {
    return switch (this) {
      case Field _ -> 0;
      case Key _ -> 1;
      case Value _ -> 2;
      case Index _ -> 3;
    };
  }

  private static int compareKeys(List<KeyField> left, List<KeyField> right) {
    for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
      int order = JsonValues.compareText(left.get(i).name, right.get(i).name);
      if (order == 0) {
        order = JsonValues.compare(left.get(i).value, right.get(i).value);
      }
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(left.size(), right.size());
  }

  private static Key key(JsonNode content) {
    if (!(content instanceof ObjectNode object)) {
      throw new IllegalArgumentException("a key must be an object, found " + content);
    }
    List<KeyField> fields = new ArrayList<>();
    for (Map.Entry<String, JsonNode> each : object.properties()) {
      fields.add(new KeyField(each.getKey(), each.getValue()));
    }
    return new Key(fields);
  }

  private static JsonNode parse(String json) {
    try {
      return Json.parse(json.getBytes(StandardCharsets.UTF_8));
    } catch (JacksonException malformed) {
      throw new IllegalArgumentException("malformed path element: " + json, malformed);
    }
  }

  private static String json(String text) {
    return json(tools.jackson.databind.node.StringNode.valueOf(text));
  }

  /// JSON as Go's encoder writes it: the characters special to HTML are escaped.
  private static String json(JsonNode value) {
    String plain = value.toString();
    if (!value.isString()) {
      return plain;
    }
    StringBuilder escaped = null;
    for (int i = 0; i < plain.length(); i++) {
      char each = plain.charAt(i);
      if (each == '<' || each == '>' || each == '&' || each == '\u2028' || each == '\u2029') {
        escaped = escaped == null ? new StringBuilder(plain.substring(0, i)) : escaped;
        escaped.append("\\u%04x".formatted((int) each));
      } else if (escaped != null) {
        escaped.append(each);
      }
    }
    return escaped == null ? plain : escaped.toString();
  }

  private static JsonNode canonical(JsonNode value) {
    return value.isNumber() && value.canConvertToExactIntegral() && value.canConvertToLong()
        ? LongNode.valueOf(value.longValue())
        : value;
  }
}
