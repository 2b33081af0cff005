package dev.slipway.engines.sklearn;

import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A request's tensors as the frame an estimator takes, refused where scikit-learn refuses them.
final class Inputs {
  private final int features;
  private final List<String> names;
  private final String model;
  private final boolean takesMissing;
  private final boolean takesByName;
  private final List<DataType> types;

  /// @param model the name of the class, for messages
  Inputs(Estimator estimator, String model) {
    this.features = estimator.features();
    this.names = estimator.featureNames();
    this.model = model;
    this.takesMissing = estimator.takesMissing();
    this.takesByName = estimator.takesByName();
    this.types = estimator.featureTypes();
  }

  /// @throws InvalidInputException naming the input, what was found and what was expected
  Frame frame(List<Tensor> tensors) {
    if (tensors.isEmpty()) {
      throw new InvalidInputException("no input; expected " + expected());
    }
    boolean single = tensors.size() == 1 && !isNamed(tensors.getFirst());
    var frame = single ? single(tensors.getFirst()) : table(tensors);
    checkNumbers(frame);
    return frame;
  }

  /// Whether a tensor is one of several columns that are picked by name; the others may be unused.
  private boolean isNamed(Tensor tensor) {
    return takesByName
        && features != 1
        && tensor.shape().length > 0
        && tensor.width() == 1
        && names.contains(tensor.name());
  }

  private String expected() {
    return "one of shape [-1, " + features + "]" + (names.isEmpty() ? "" : ", or " + names);
  }

  private Frame single(Tensor tensor) {
    var shape = tensor.shape();
    boolean column = shape.length == 1 && isColumn(tensor);
    if (shape.length != 2 && !column) {
      throw new InvalidInputException(
          "input "
              + tensor.name()
              + ": Expected 2D array, got "
              + (shape.length == 0 ? "scalar" : shape.length + "D")
              + " array instead: shape "
              + Arrays.toString(shape)
              + ", expected [-1, "
              + features
              + "]");
    }
    checkCounts(tensor.name(), tensor.rows(), column ? 1 : (int) shape[1]);
    if (tensor.type() == DataType.BYTES) {
      return texts(tensor);
    }
    var matrix = new Matrix(tensor.asDoubles(), tensor.rows(), tensor.width());
    return names.isEmpty() ? new Frame.Dense(matrix) : new Frame.Dense(matrix, names);
  }

  /// Texts for a vectoriser, or the only column of a model that has one.
  private boolean isColumn(Tensor tensor) {
    return (tensor.type() == DataType.BYTES && features <= 1)
        || (names.size() == 1 && names.contains(tensor.name()));
  }

  private void checkCounts(String input, int rows, int columns) {
    if (rows == 0) {
      throw new InvalidInputException(
          "input "
              + input
              + ": Found array with 0 sample(s) (shape=(0, "
              + columns
              + ")) while a minimum of 1 is required");
    }
    if (features >= 0 && columns != features) {
      throw new InvalidInputException(
          "input "
              + input
              + ": X has "
              + columns
              + " features, but "
              + model
              + " is expecting "
              + features
              + " features as input: expected shape [-1, "
              + features
              + "]");
    }
  }

  private Frame texts(Tensor tensor) {
    int columns = tensor.width();
    var data = new ArrayList<Object>();
    for (int column = 0; column < columns; column++) {
      var cells = new @Nullable Object[tensor.rows()];
      for (int row = 0; row < cells.length; row++) {
        cells[row] = cell(tensor, row * columns + column);
      }
      data.add(cells);
    }
    return new Frame.Table(tensor.rows(), names.size() == columns ? names : List.of(), data);
  }

  private Frame table(List<Tensor> tensors) {
    int rows = tensors.getFirst().rows();
    for (var tensor : tensors) {
      if (tensor.width() != 1 || tensor.rows() != rows || tensor.shape().length == 0) {
        throw new InvalidInputException(
            "input "
                + tensor.name()
                + ": several inputs are the columns of a table, so each has shape ["
                + rows
                + "] or ["
                + rows
                + ", 1]; found "
                + Arrays.toString(tensor.shape()));
      }
    }
    if (takesByName && tensors.stream().anyMatch(tensor -> names.contains(tensor.name()))) {
      return named(rows, tensors);
    }
    var ordered = ordered(tensors);
    checkCounts(tensors.getFirst().name(), rows, ordered.size());
    var columns = ordered.stream().map(Inputs::column).toList();
    var found = ordered.stream().map(Tensor::name).toList();
    return new Frame.Table(rows, names.size() == found.size() ? names : found, columns);
  }

  /// As they come, for a model that picks its columns by name.
  private static Frame named(int rows, List<Tensor> tensors) {
    if (rows == 0) {
      throw new InvalidInputException(
          "Found array with 0 sample(s) while a minimum of 1 is required");
    }
    return new Frame.Table(
        rows,
        tensors.stream().map(Tensor::name).toList(),
        tensors.stream().map(Inputs::column).toList());
  }

  /// In the order of the model's names; as they come where none of the names is the model's.
  private List<Tensor> ordered(List<Tensor> tensors) {
    var given = tensors.stream().map(Tensor::name).toList();
    var missing = names.stream().filter(name -> !given.contains(name)).toList();
    if (names.isEmpty() || (missing.size() == names.size() && given.size() == names.size())) {
      return tensors;
    }
    var unexpected = given.stream().filter(name -> !names.contains(name)).toList();
    boolean twice = new HashSet<>(given).size() < given.size();
    if (!missing.isEmpty() || !unexpected.isEmpty() || twice) {
      throw new InvalidInputException(
          "The feature names should match those that were passed during fit."
              + (unexpected.isEmpty() ? "" : " Feature names unseen at fit time: " + unexpected)
              + (missing.isEmpty() ? "" : " Feature names seen at fit time, yet now missing: ")
              + (missing.isEmpty() ? "" : missing)
              + (twice ? " An input comes twice." : "")
              + " Expected "
              + names);
    }
    return names.stream().map(name -> tensors.get(given.indexOf(name))).toList();
  }

  private static Object column(Tensor tensor) {
    if (tensor.type() == DataType.BYTES) {
      var cells = new @Nullable Object[tensor.size()];
      for (int i = 0; i < cells.length; i++) {
        cells[i] = cell(tensor, i);
      }
      return cells;
    }
    if (tensor.type() == DataType.BOOL) {
      var bits = tensor.bytes();
      var truths = new boolean[bits.length];
      for (int i = 0; i < bits.length; i++) {
        truths[i] = bits[i] != 0;
      }
      return truths;
    }
    return tensor.type().floating() ? tensor.asDoubles() : tensor.asLongs();
  }

  /// What pandas makes of JSON's null among texts is None.
  private static @Nullable Object cell(Tensor tensor, int index) {
    return tensor.isMissing(index) ? null : tensor.text(index);
  }

  private void checkNumbers(Frame frame) {
    switch (frame) {
      case Frame.Dense dense -> checkNumbers(dense.matrix().values());
      case Frame.Table table -> {
        for (int column = 0; column < table.columns(); column++) {
          var cells = table.data().get(column);
          if (cells instanceof double[] numbers) {
            checkNumbers(numbers);
          } else if (cells instanceof Object[] values && isOfNumbers(column)) {
            checkCells(values);
          }
        }
      }
      case Frame.Sparse sparse -> checkNumbers(sparse.values());
    }
  }

  private boolean isOfNumbers(int column) {
    return column >= types.size() || types.get(column) != DataType.BYTES;
  }

  /// Texts in the place of numbers, as they will be read.
  private void checkCells(@Nullable Object[] cells) {
    for (var cell : cells) {
      var text = cell == null ? "" : String.valueOf(cell).strip();
      if (!takesMissing && (text.isEmpty() || text.equalsIgnoreCase("nan"))) {
        throw refusedNan();
      }
    }
  }

  private InvalidInputException refusedNan() {
    return new InvalidInputException(
        "Input X contains NaN. " + model + " does not accept missing values encoded as NaN.");
  }

  /// The sum of finite numbers times 0 is 0, and that of others is not: one pass without branches.
  private void checkNumbers(double[] values) {
    double zeros = 0;
    for (double value : values) {
      zeros += value * 0;
    }
    if (zeros == 0) {
      return;
    }
    for (double value : values) {
      if (Double.isInfinite(value)) {
        throw new InvalidInputException(
            "Input X contains infinity or a value too large for dtype('float64').");
      }
    }
    if (!takesMissing) {
      throw refusedNan();
    }
  }
}
