package dev.slipway.apiserver.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.StructValue;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/// A struct whose fields are computed when first read and then remembered: `variables` of an
/// admission policy. Made for one evaluation, used by one thread.
@SuppressWarnings("Immutable") // the library asks it of every value; this one is filled once
public final class CelLazyFields extends StructValue<String, CelLazyFields> {
  private final Map<String, Supplier<Object>> fields;
  private final Map<String, Object> known = new HashMap<>();

  /// @param fields each may throw [CelException]; a `JsonNode` it yields is read as any other
  public CelLazyFields(Map<String, Supplier<Object>> fields) {
    this.fields = Map.copyOf(fields);
  }

  @Override
  public CelLazyFields value() {
    return this;
  }

  @Override
  public boolean isZeroValue() {
    return fields.isEmpty();
  }

  @Override
  public CelType celType() {
    return SimpleType.DYN;
  }

  @Override
  public Object select(String field) {
    return find(field).orElseThrow(() -> CelValues.noSuchKey(field));
  }

  @Override
  public Optional<Object> find(String field) {
    Supplier<Object> source = fields.get(field);
    if (source == null) {
      return Optional.empty();
    }
    Object value = known.get(field);
    if (value == null) {
      Object made = source.get();
      value = made instanceof JsonNode node ? CelValues.of(node) : made;
      known.put(field, value);
    }
    return Optional.of(value);
  }
}
