package dev.slipway.engines.pmml;

import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;

/// A request's tensors as columns of the active fields: by name, or one matrix by position.
final class Inputs {
  private final List<InputField> fields;
  private final List<String> names;

  Inputs(List<InputField> fields) {
    this.fields = List.copyOf(fields);
    this.names = fields.stream().map(each -> each.field().name()).toList();
  }

  /// Where the values of a field are: at `offset + row * stride` of numbers or texts.
  @SuppressWarnings("ArrayRecordComponent")
  private record Column(
      InputField field, double[] numbers, byte[][] texts, int offset, int stride) {
    void read(Row row, int index) {
      int at = offset + index * stride;
      if (texts.length > 0) {
        field.text(row, texts[at]);
      } else if (numbers.length > 0) {
        field.number(row, numbers[at]);
      } else {
        field.missing(row);
      }
    }
  }

  /// The rows of a request.
  static final class Table {
    private final int rows;
    private final Column[] columns;

    private Table(int rows, Column... columns) {
      this.rows = rows;
      this.columns = columns;
    }

    int rows() {
      return rows;
    }

    void read(Row row, int index) {
      for (var column : columns) {
        column.read(row, index);
      }
    }
  }

  /// @throws InvalidInputException naming the input, what was found and what was expected
  Table table(List<Tensor> tensors) {
    if (tensors.isEmpty()) {
      throw new InvalidInputException("no input; expected " + expected());
    }
    var first = tensors.getFirst();
    boolean named = tensors.stream().anyMatch(tensor -> names.contains(tensor.name()));
    if (tensors.size() == 1 && (!named || (first.width() > 1 && first.shape().length > 1))) {
      return matrix(first);
    }
    int rows = first.rows();
    for (var tensor : tensors) {
      if (tensor.width() != 1 || tensor.rows() != rows) {
        throw new InvalidInputException(
            "input "
                + tensor.name()
                + ": shape "
                + Arrays.toString(tensor.shape())
                + ", expected ["
                + rows
                + "] or ["
                + rows
                + ", 1] as the column of a table");
      }
    }
    return named ? byName(rows, tensors) : byPosition(rows, tensors);
  }

  private String expected() {
    return "columns " + names + " or a matrix of shape [-1, " + names.size() + "]";
  }

  private Table matrix(Tensor tensor) {
    var shape = tensor.shape();
    int width = shape.length == 1 && fields.size() == 1 ? 1 : tensor.width();
    if (width != fields.size() || (shape.length != 2 && fields.size() != 1)) {
      throw new InvalidInputException(
          "input "
              + tensor.name()
              + ": shape "
              + Arrays.toString(shape)
              + ", expected "
              + expected());
    }
    var columns = new Column[width];
    var numbers = numbers(tensor);
    var texts = texts(tensor);
    for (int i = 0; i < width; i++) {
      columns[i] = new Column(fields.get(i), numbers, texts, i, width);
    }
    return new Table(tensor.rows(), columns);
  }

  private static double[] numbers(Tensor tensor) {
    return tensor.type() == DataType.BYTES ? new double[0] : tensor.asDoubles();
  }

  private static byte[][] texts(Tensor tensor) {
    return tensor.type() == DataType.BYTES ? tensor.strings() : new byte[0][];
  }

  private static Column column(InputField field, Tensor tensor) {
    return new Column(field, numbers(tensor), texts(tensor), 0, 1);
  }

  private Table byPosition(int rows, List<Tensor> tensors) {
    if (tensors.size() != fields.size()) {
      throw new InvalidInputException(
          "inputs "
              + tensors.stream().map(Tensor::name).toList()
              + " are none of the model's; expected "
              + expected());
    }
    var columns = new Column[fields.size()];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = column(fields.get(i), tensors.get(i));
    }
    return new Table(rows, columns);
  }

  /// Fields without a column are missing; columns that are no fields are not looked at.
  private Table byName(int rows, List<Tensor> tensors) {
    var given = new HashMap<String, Tensor>();
    for (var tensor : tensors) {
      if (given.put(tensor.name(), tensor) != null) {
        throw new InvalidInputException("input " + tensor.name() + " comes twice");
      }
    }
    var columns = new Column[fields.size()];
    for (int i = 0; i < columns.length; i++) {
      var field = fields.get(i);
      var tensor = given.get(field.field().name());
      columns[i] =
          tensor == null
              ? new Column(field, new double[0], new byte[0][], 0, 1)
              : column(field, tensor);
    }
    return new Table(rows, columns);
  }
}
