package dev.slipway.engines.sklearn.preprocessing;

import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.NdArray;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.tensor.DataType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the encoders have in common: the categories of each column, and which of them are grouped
/// as infrequent.
final class EncodedInput {
  private final Header header;
  private final List<Categories> categories;
  private final List<@Nullable Object> mappings;
  private final List<@Nullable Object> infrequent;

  EncodedInput(PyObject object) {
    this.categories = Categories.list(object, "categories_");
    this.header = Header.of(object).width(categories.size());
    boolean grouped = object.truth("_infrequent_enabled", false);
    this.mappings = grouped ? object.list("_default_to_infrequent_mappings") : List.of();
    this.infrequent = grouped ? object.list("_infrequent_indices") : List.of();
  }

  Header header() {
    return header;
  }

  int columns() {
    return categories.size();
  }

  Categories categories(int column) {
    return categories.get(column);
  }

  /// Which columns have text among their categories; empty if none.
  List<DataType> types() {
    return categories.stream().anyMatch(Categories::ofText)
        ? categories.stream().map(own -> own.ofText() ? DataType.BYTES : DataType.FP64).toList()
        : List.of();
  }

  /// Where each category of a column goes once the infrequent ones are one; itself without any.
  int[] groups(int column) {
    var groups = new int[categories.get(column).size()];
    var mapping = mappings.isEmpty() ? null : mappings.get(column);
    var given = mapping == null ? new int[0] : integers(mapping);
    for (int i = 0; i < groups.length; i++) {
      groups[i] = i < given.length ? given[i] : i;
    }
    return groups;
  }

  /// The positions of the infrequent categories; empty without any.
  int[] infrequent(int column) {
    var found = infrequent.isEmpty() ? null : infrequent.get(column);
    return found == null ? new int[0] : integers(found);
  }

  private int[] integers(Object value) {
    if (value instanceof NdArray array) {
      return array.integers();
    }
    throw new UnsupportedEstimatorException(header.name() + ": infrequent categories in no array");
  }

  /// The positions of a column's values; infinity is refused as scikit-learn does.
  int[] positions(Frame x, int column) {
    return categories.get(column).positions(x, column);
  }

  InvalidInputException unknown(Frame x, int column) {
    return new InvalidInputException(
        "Found unknown categories "
            + categories.get(column).unknown(x, column)
            + " in column "
            + column
            + " during transform");
  }
}
