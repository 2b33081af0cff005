package dev.slipway.engines.pmml;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A `VectorDictionary`: the fields that make a vector of a row, and the support vectors.
final class VectorDictionary {
  /// A vector as written: all its values, or those at some places and what is everywhere else.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Vector(boolean dense, double[] values, double other, int... places) {}

  private final Expression[] fields;
  private final List<Vector> vectors = new ArrayList<>();
  private final Map<String, Integer> places = new HashMap<>();

  VectorDictionary(Element element, Scope scope) {
    var written = element.needed("VectorFields");
    fields = written.children().stream().map(each -> field(each, scope)).toArray(Expression[]::new);
    if (written.integer("numberOfFields", fields.length) != fields.length || fields.length == 0) {
      throw new PmmlException(written, "there are " + fields.length + " fields");
    }
    for (var instance : element.children("VectorInstance")) {
      if (places.putIfAbsent(instance.text("id"), vectors.size()) != null) {
        throw new PmmlException(instance, "the id " + instance.text("id") + " is not the first");
      }
      vectors.add(vector(instance.only()));
    }
  }

  private static Expression field(Element element, Scope scope) {
    return switch (element.name()) {
      case "FieldRef" -> {
        var field = scope.field(element, element.text("field"));
        if (field.kind() == Kind.STRING) {
          throw new PmmlException(
              element, "the field " + field.name() + " is a string, not a number");
        }
        yield Expressions.reference(field, scope);
      }
      case "CategoricalPredictor" -> {
        var field = scope.field(element, element.text("name"));
        double wanted = scope.build().literal(element, element.text("value"), field.kind());
        double set = element.number("coefficient", 1);
        int slot = field.slot();
        yield Expression.of(
            Kind.DOUBLE,
            row -> {
              double value = row.numbers[slot];
              return Double.isNaN(value) ? value : value == wanted ? set : 0;
            });
      }
      default -> throw PmmlException.unsupported(element);
    };
  }

  private Vector vector(Element array) {
    if (array.name().endsWith("SparseArray")) {
      return sparse(array);
    }
    var values = array.numbers();
    if (values.length != fields.length) {
      throw new PmmlException(array, values.length + " numbers for " + fields.length + " fields");
    }
    return new Vector(true, values, 0);
  }

  private Vector sparse(Element array) {
    var indices = array.child("Indices").map(Element::numbers).orElse(new double[0]);
    var entries =
        array
            .child("REAL-Entries")
            .or(() -> array.child("INT-Entries"))
            .map(Element::numbers)
            .orElse(new double[0]);
    if (indices.length != entries.length) {
      throw new PmmlException(array, indices.length + " indices of " + entries.length + " entries");
    }
    if (array.integer("n", fields.length) != fields.length) {
      throw new PmmlException(array, array.text("n") + " numbers for " + fields.length + " fields");
    }
    var at = new int[indices.length];
    for (int i = 0; i < at.length; i++) {
      at[i] = (int) indices[i] - 1; // they count from 1
      if (at[i] < 0 || at[i] >= fields.length || at[i] + 1 != indices[i]) {
        throw new PmmlException(array, "the index " + indices[i]);
      }
    }
    return new Vector(false, entries, array.number("defaultValue", 0), at);
  }

  int fields() {
    return fields.length;
  }

  /// Where a vector is.
  int place(Element at, String id) {
    var place = places.get(id);
    if (place == null) {
      throw new PmmlException(at, "there is no VectorInstance " + id);
    }
    return place;
  }

  /// A row as a vector; NaN: missing.
  double[] values(Row row) {
    var x = new double[fields.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = fields[i].number(row);
    }
    return x;
  }

  /// A support vector.
  ///
  /// @param scratch may be what is returned, overwritten
  double[] vector(int place, double... scratch) {
    var vector = vectors.get(place);
    if (vector.dense()) {
      return vector.values();
    }
    Arrays.fill(scratch, vector.other());
    for (int i = 0; i < vector.places().length; i++) {
      scratch[vector.places()[i]] = vector.values()[i];
    }
    return scratch;
  }
}
