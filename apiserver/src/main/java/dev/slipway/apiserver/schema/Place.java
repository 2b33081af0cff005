package dev.slipway.apiserver.schema;

import org.jspecify.annotations.Nullable;

/// Where a value stands, as the validator writes it: map keys are fields. Text is made only for a
/// problem.
record Place(@Nullable Place parent, String name, int index) {
  static final Place ROOT = new Place(null, "", -1);

  /// The field of problems about no one field, as the original prints a nil path.
  static final String NOWHERE = "<nil>";

  Place field(String field) {
    return new Place(this, field, -1);
  }

  Place index(int position) {
    return new Place(this, "", position);
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
    if (index >= 0) {
      text.append('[').append(index).append(']');
    } else {
      text.append(text.isEmpty() ? "" : ".").append(name);
    }
  }
}
