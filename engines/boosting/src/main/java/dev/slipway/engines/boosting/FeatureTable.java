package dev.slipway.engines.boosting;

import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/// The features a model was trained on, and how a request's tensors become rows of them.
///
/// A request is either one numeric matrix `[rows, features]` (a vector of as many numbers as there
/// are features is one row) or one column per feature, by name; columns of a model that knows no
/// names go by their order. Texts are allowed in columns of categorical features only.
public final class FeatureTable {
  /// Rows as the walker takes them.
  ///
  /// @param x `[count, features]`, row-major; not to be written to
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Rows(double[] x, int count) {}

  private final int width;
  private final List<String> names;
  private final Map<String, Integer> places = new HashMap<>();
  private final boolean named;
  private final boolean single;
  private final CategoryCodes codes;
  private final DoubleUnaryOperator clean;
  private final boolean cleans;

  /// @param width number of features
  /// @param names of the features, in order; empty where they have none
  /// @param named whether the names are the user's, and not made up for columns that had none
  /// @param single whether the model looks at float32
  /// @param codes of the categories
  public FeatureTable(
      int width, List<String> names, boolean named, boolean single, CategoryCodes codes) {
    this(width, names, named, single, codes, DoubleUnaryOperator.identity(), false);
  }

  private FeatureTable(
      int width,
      List<String> names,
      boolean named,
      boolean single,
      CategoryCodes codes,
      DoubleUnaryOperator clean,
      boolean cleans) {
    this.width = width;
    this.names = List.copyOf(names);
    this.named = named;
    this.single = single;
    this.codes = codes;
    this.clean = clean;
    this.cleans = cleans;
    for (int i = 0; i < names.size(); i++) {
      places.putIfAbsent(names.get(i), i);
    }
  }

  /// As this one, with each value changed first.
  public FeatureTable cleaned(DoubleUnaryOperator change) {
    return new FeatureTable(width, names, named, single, codes, change, true);
  }

  /// Number of features.
  public int width() {
    return width;
  }

  /// What the model computes with.
  public DataType type() {
    return single ? DataType.FP32 : DataType.FP64;
  }

  /// @throws InvalidInputException if the tensors are not rows of these features
  public Rows read(List<Tensor> inputs) {
    if (inputs.isEmpty()) {
      throw new InvalidInputException("no input (expected [-1, " + width() + "] numbers)");
    }
    var first = inputs.getFirst();
    boolean matrix = inputs.size() == 1 && (width() > 1 || first.type() != DataType.BYTES);
    return matrix ? matrix(first) : columns(inputs);
  }

  private Rows matrix(Tensor input) {
    var shape = input.shape();
    boolean oneRow = shape.length == 1 && shape[0] == width() && width() != 1;
    int rows = oneRow ? 1 : input.rows();
    int columns = oneRow ? width() : input.width();
    if (input.type() == DataType.BYTES || shape.length == 0 || columns != width()) {
      throw new InvalidInputException(
          "input \"%s\": found %s%s, expected numbers of shape [-1, %d]"
              .formatted(input.name(), input.type(), Arrays.toString(shape), width()));
    }
    return new Rows(numbers(input), rows);
  }

  /// A matrix's numbers at the precision the model gets them in: the Python packages of both
  /// libraries turn matrices of anything but floats into float32 first.
  private double[] numbers(Tensor input) {
    boolean exact = input.type() == DataType.FP32 || (input.type() == DataType.FP64 && !single);
    return numbers(input, exact);
  }

  private double[] numbers(Tensor input, boolean exact) {
    if (exact && !cleans) {
      return input.asDoubles();
    }
    var source = input.asDoubles();
    var values = new double[source.length];
    for (int i = 0; i < values.length; i++) {
      double value = exact ? source[i] : (float) source[i];
      values[i] = clean.applyAsDouble(value);
    }
    return values;
  }

  private Rows columns(List<Tensor> inputs) {
    var ordered = order(inputs);
    int rows = ordered[0].rows();
    var x = new double[Math.multiplyExact(rows, width())];
    var coded = codes.align(Arrays.asList(ordered));
    for (int column = 0; column < ordered.length; column++) {
      var input = ordered[column];
      if (input.size() != rows) {
        throw new InvalidInputException(
            "input \"%s\": found shape %s, expected one value for each of %d rows"
                .formatted(input.name(), Arrays.toString(input.shape()), rows));
      }
      var values = coded[column] >= 0 ? codes.encode(coded[column], input) : plain(input);
      for (int row = 0; row < rows; row++) {
        x[row * width() + column] = values[row];
      }
    }
    return new Rows(x, rows);
  }

  private double[] plain(Tensor input) {
    if (input.type() == DataType.BYTES) {
      throw new InvalidInputException(
          "input \"%s\": found BYTES, expected numbers".formatted(input.name()));
    }
    return numbers(input, !single);
  }

  private Tensor[] order(List<Tensor> inputs) {
    if (inputs.size() != width()) {
      throw new InvalidInputException(
          "%d inputs, expected one matrix [-1, %d] or %d columns: %s"
              .formatted(inputs.size(), width(), width(), some(names)));
    }
    var ordered = new Tensor[width()];
    for (int i = 0; i < ordered.length; i++) {
      var input = inputs.get(i);
      var place = places.get(input.name().replace(' ', '_'));
      place = place == null ? places.get(input.name()) : place;
      if (place == null && named) {
        throw new InvalidInputException(
            "input \"%s\" is no feature (expected: %s)".formatted(input.name(), some(names)));
      }
      int at = place == null ? i : place;
      if (ordered[at] != null) {
        throw new InvalidInputException("input \"%s\" comes twice".formatted(input.name()));
      }
      ordered[at] = input;
    }
    return ordered;
  }

  private static String some(List<String> names) {
    return names.size() <= 20
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, 20)) + ", ...";
  }
}
