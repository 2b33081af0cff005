package dev.slipway.apiserver.builtin;

import dev.slipway.base.FieldPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/// A value and where it stands: what rules walk through. Absent values are fields too, so that a
/// problem can name them.
///
/// @param value a missing node where the field is absent
public record Field(JsonNode value, FieldPath path) {
  /// The whole object, at the empty path.
  public static Field of(JsonNode object) {
    return new Field(object, FieldPath.ROOT);
  }

  /// A field reached by names.
  public Field at(String... names) {
    Field here = this;
    for (String name : names) {
      here = new Field(here.value.path(name), here.path.field(name));
    }
    return here;
  }

  /// Present, and not null.
  public boolean present() {
    return !value.isMissingNode() && !value.isNull();
  }

  /// Present and neither `""`, `[]` nor `{}`.
  public boolean filled() {
    return present() && (value.isContainer() ? !value.isEmpty() : !isEmptyText());
  }

  /// The text, or `""`.
  public String text() {
    return value.isString() ? value.stringValue() : "";
  }

  /// The text of a field below, or `""`.
  public String text(String name) {
    return at(name).text();
  }

  /// The whole number, or the alternative where there is none.
  public long number(long otherwise) {
    return value.isIntegralNumber() && value.canConvertToLong() ? value.longValue() : otherwise;
  }

  public boolean isTrue() {
    return value.isBoolean() && value.booleanValue();
  }

  public boolean isText() {
    return value.isString();
  }

  public boolean isNumber() {
    return value.isNumber();
  }

  /// How many elements or entries.
  public int size() {
    return value.isContainer() ? value.size() : 0;
  }

  /// The elements of a list, each at its index.
  public List<Field> items() {
    if (!(value instanceof ArrayNode array)) {
      return List.of();
    }
    var items = new ArrayList<Field>(array.size());
    for (int i = 0; i < array.size(); i++) {
      items.add(new Field(array.get(i), path.index(i)));
    }
    return items;
  }

  /// The elements of a list below.
  public List<Field> items(String name) {
    return at(name).items();
  }

  /// The texts of a list.
  public List<String> texts() {
    return items().stream().map(Field::text).toList();
  }

  /// The entries of a map, each at its key: `[app]`.
  public List<Map.Entry<String, Field>> entries() {
    if (!(value instanceof ObjectNode object)) {
      return List.of();
    }
    var entries = new ArrayList<Map.Entry<String, Field>>(object.size());
    for (Map.Entry<String, JsonNode> each : object.properties()) {
      entries.add(Map.entry(each.getKey(), new Field(each.getValue(), path.key(each.getKey()))));
    }
    return entries;
  }

  /// The same value, reported elsewhere.
  public Field reportedAt(FieldPath elsewhere) {
    return new Field(value, elsewhere);
  }

  /// The element of a list whose `name` is this.
  public Optional<Field> named(String name) {
    return items().stream().filter(each -> each.text("name").equals(name)).findFirst();
  }

  /// Whether both hold the same, where absent, null and empty containers are alike.
  public boolean sameAs(Field other) {
    return normal(value).equals(normal(other.value));
  }

  /// What a message shows as found: the value as JSON, `""` where it is text that is absent.
  public JsonNode shown() {
    return value.isMissingNode() ? JsonNodeFactory.instance.nullNode() : value;
  }

  private boolean isEmptyText() {
    return value.isString() && value.stringValue().isEmpty();
  }

  private static JsonNode normal(JsonNode node) {
    boolean nothing = node.isNull() || (node.isContainer() && node.isEmpty());
    return nothing ? MissingNode.getInstance() : node;
  }
}
