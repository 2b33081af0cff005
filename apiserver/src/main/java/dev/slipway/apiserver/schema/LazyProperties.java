package dev.slipway.apiserver.schema;

import java.util.AbstractMap;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The fields of a type, built when one of them is first asked for; read-only.
///
/// Built-in types refer to one another in a large net; a process that never sees a
/// `ValidatingAdmissionPolicy` never builds its schema. Two threads that arrive first together may
/// both build; the results are equal and either one stays.
public final class LazyProperties extends AbstractMap<String, Schema> {
  private final Supplier<Map<String, Schema>> source;
  private volatile @Nullable Map<String, Schema> built;

  /// @param source builds the fields; must be pure
  public LazyProperties(Supplier<Map<String, Schema>> source) {
    this.source = source;
  }

  @Override
  public Set<Entry<String, Schema>> entrySet() {
    return fields().entrySet();
  }

  @Override
  public Set<String> keySet() {
    return fields().keySet();
  }

  @Override
  public @Nullable Schema get(Object name) {
    return fields().get(name);
  }

  @Override
  public boolean containsKey(Object name) {
    return fields().containsKey(name);
  }

  @Override
  public int size() {
    return fields().size();
  }

  private Map<String, Schema> fields() {
    Map<String, Schema> found = built;
    if (found == null) {
      found = Collections.unmodifiableMap(new LinkedHashMap<>(source.get()));
      built = found;
    }
    return found;
  }
}
