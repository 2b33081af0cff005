package dev.slipway.apiserver.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.StructValue;
import dev.slipway.apiserver.schema.Schema;
import java.util.AbstractMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A JSON object as CEL sees it, read in place.
///
/// Implementation note: it is a CEL struct and a `Map` at once. The runtime walks every element of
/// a plain map or list each time an expression touches it; a CEL value it takes as it is. Selecting
/// a field, `has()`, indexing, `in`, comprehensions and equality then work on the same object,
/// whether the schema calls it an object or a map, or says nothing.
@SuppressWarnings("Immutable") // a view: nobody changes the tree while an expression reads it
public final class JsonStruct extends StructValue<String, JsonStruct>
    implements Map<String, Object> {
  private static final CelType TYPE = MapType.create(SimpleType.STRING, SimpleType.DYN);

  private final ObjectNode node;
  private final Schema schema;
  private final AbstractMap<String, Object> entries =
      new AbstractMap<>() {
        @Override
        public Set<Entry<String, Object>> entrySet() {
          return JsonStruct.this.entrySet();
        }
      };

  JsonStruct(ObjectNode node, Schema schema) {
    this.node = node;
    this.schema = schema;
  }

  /// The object itself, not a copy.
  public ObjectNode node() {
    return node;
  }

  @Override
  public JsonStruct value() {
    return this;
  }

  @Override
  public boolean isZeroValue() {
    return node.isEmpty();
  }

  @Override
  public CelType celType() {
    return TYPE;
  }

  @Override
  public Object select(String identifier) {
    Object found = lookUp(identifier);
    if (found == null) {
      throw CelValues.noSuchKey(identifier);
    }
    return found;
  }

  @Override
  public Optional<Object> find(String identifier) {
    return Optional.ofNullable(lookUp(identifier));
  }

  private @Nullable Object lookUp(String identifier) {
    Object found = get(identifier);
    if (found == null && identifier.contains("__")) {
      return get(CelNames.unescape(identifier));
    }
    return found;
  }

  @Override
  public int size() {
    return node.size();
  }

  @Override
  public boolean isEmpty() {
    return node.isEmpty();
  }

  @Override
  public boolean containsKey(Object key) {
    return key instanceof String name && node.has(name);
  }

  @Override
  public boolean containsValue(Object value) {
    return entries.containsValue(value);
  }

  @Override
  public @Nullable Object get(@Nullable Object key) {
    if (!(key instanceof String name)) {
      return null;
    }
    JsonNode child = node.get(name);
    return child == null ? null : CelValues.of(child, shape(name));
  }

  @Override
  public Set<String> keySet() {
    return entries.keySet();
  }

  @Override
  public java.util.Collection<Object> values() {
    return entries.values();
  }

  @Override
  public Set<Entry<String, Object>> entrySet() {
    return new java.util.AbstractSet<>() {
      @Override
      public Iterator<Entry<String, Object>> iterator() {
        Iterator<Entry<String, JsonNode>> fields = node.properties().iterator();
        return new Iterator<>() {
          @Override
          public boolean hasNext() {
            return fields.hasNext();
          }

          @Override
          public Entry<String, Object> next() {
            Entry<String, JsonNode> field = fields.next();
            return Map.entry(field.getKey(), CelValues.of(field.getValue(), shape(field.getKey())));
          }
        };
      }

      @Override
      public int size() {
        return node.size();
      }
    };
  }

  private Schema shape(String name) {
    Schema known = schema.properties().get(name);
    return known != null ? known : schema.values().orElse(Schema.ANYTHING);
  }

  @Override
  public @Nullable Object put(String key, Object value) {
    throw new UnsupportedOperationException("read only");
  }

  @Override
  public @Nullable Object remove(Object key) {
    throw new UnsupportedOperationException("read only");
  }

  @Override
  public void putAll(Map<? extends String, ?> values) {
    throw new UnsupportedOperationException("read only");
  }

  @Override
  public void clear() {
    throw new UnsupportedOperationException("read only");
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof JsonStruct that ? node.equals(that.node) : entries.equals(other);
  }

  @Override
  public int hashCode() {
    return entries.hashCode();
  }

  @Override
  public String toString() {
    return node.toString();
  }
}
