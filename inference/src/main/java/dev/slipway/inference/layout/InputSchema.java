package dev.slipway.inference.layout;

import dev.slipway.inference.tensor.DataType;
import java.util.List;
import java.util.Optional;

/// What an MLflow signature demands of an input, for the check of each feature before a model runs.
public sealed interface InputSchema {
  /// A table.
  record Columns(List<Column> columns) implements InputSchema {
    public Columns {
      columns = List.copyOf(columns);
    }
  }

  /// Tensors; a single one may have no name.
  record Tensors(List<TensorSpec> tensors) implements InputSchema {
    public Tensors {
      tensors = List.copyOf(tensors);
    }
  }

  /// A column of a table.
  ///
  /// @param name empty where columns are told by position
  /// @param kind MLflow's word: `boolean`, `integer`, `long`, `float`, `double`, `string`,
  /// `binary`,
  /// `datetime`, `array`, `object`, `map`, `any`
  /// @param type of the tensor that carries it; empty for structured columns
  record Column(String name, String kind, Optional<DataType> type, boolean required) {}

  /// @param shape -1 where any length will do
  record TensorSpec(String name, DataType type, List<Long> shape, boolean required) {
    public TensorSpec {
      shape = List.copyOf(shape);
    }
  }
}
