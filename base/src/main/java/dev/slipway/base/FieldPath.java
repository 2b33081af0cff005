package dev.slipway.base;

import org.jspecify.annotations.Nullable;

/// Where in an object a field stands, written as Kubernetes writes it:
/// `spec.containers[0].ports[name=http]`.
///
/// A linked list from the leaf to the root, so that descending costs one small object and no text.
public final class FieldPath {
  /// The object itself; its text is empty.
  public static final FieldPath ROOT = new FieldPath(null, "", Kind.FIELD);

  private enum Kind {
    FIELD,
    INDEX,
    KEY
  }

  private final @Nullable FieldPath parent;
  private final String name;
  private final Kind kind;

  private FieldPath(@Nullable FieldPath parent, String name, Kind kind) {
    this.parent = parent;
    this.name = name;
    this.kind = kind;
  }

  /// A path of plain field names from the root.
  public static FieldPath of(String... names) {
    return ROOT.field(names);
  }

  public FieldPath field(String... names) {
    FieldPath here = this;
    for (String each : names) {
      here = new FieldPath(here, each, Kind.FIELD);
    }
    return here;
  }

  /// A list element: `[3]`.
  public FieldPath index(int position) {
    return new FieldPath(this, Integer.toString(position), Kind.INDEX);
  }

  /// A map entry: `[app]`.
  public FieldPath key(String key) {
    return new FieldPath(this, key, Kind.KEY);
  }

  @Override
  public String toString() {
    var text = new StringBuilder();
    write(text);
    return text.toString();
  }

  private void write(StringBuilder text) {
    if (parent == null) {
      return;
    }
    parent.write(text);
    if (kind != Kind.FIELD) {
      text.append('[').append(name).append(']');
    } else {
      text.append(text.isEmpty() ? "" : ".").append(name);
    }
  }
}
