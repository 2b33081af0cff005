package dev.slipway.engines.pmml;

import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.util.Arrays;

/// An output of the whole document: a value of each row, as a tensor.
///
/// @param type in the signature. A whole number that is missing cannot be said in `INT64` or
/// `BOOL`; a tensor with one comes as `FP64`, where it is NaN.
record Answer(String name, DataType type, Expression value) {

  static Answer of(String name, Expression value) {
    var type =
        switch (value.kind()) {
          case STRING, DATE, TIME, DATE_TIME -> DataType.BYTES;
          case INTEGER -> DataType.INT64;
          case BOOLEAN -> DataType.BOOL;
          case FLOAT, DOUBLE -> DataType.FP64;
        };
    return new Answer(name, type, value);
  }

  /// Storage for the values of some rows.
  Object storage(int rows) {
    return type == DataType.BYTES ? new String[rows] : new double[rows];
  }

  void store(Row row, Object storage, int index) {
    if (storage instanceof String[] texts) {
      var text = value.text(row);
      texts[index] = text == null ? "" : text;
    } else {
      ((double[]) storage)[index] = value.number(row);
    }
  }

  Tensor tensor(Object storage) {
    if (storage instanceof String[] texts) {
      return Tensor.ofStrings(name, new long[] {texts.length}, texts);
    }
    var numbers = (double[]) storage;
    var tensor = Tensor.ofDoubles(name, new long[] {numbers.length}, numbers);
    boolean whole = type == DataType.FP64 || Arrays.stream(numbers).noneMatch(Double::isNaN);
    return whole ? tensor.cast(type) : tensor;
  }
}
