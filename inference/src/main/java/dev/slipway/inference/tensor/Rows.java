package dev.slipway.inference.tensor;

import java.lang.reflect.Array;
import java.util.List;

/// Cuts tensors along their first dimension and joins them again.
public final class Rows {
  private Rows() {}

  /// @see Tensor#rows(int, int)
  static Tensor slice(Tensor tensor, int from, int to) {
    int width = tensor.width();
    var shape = tensor.shape().clone();
    shape[0] = (long) to - from;
    if (tensor.isRaw()) {
      int bytes = width * tensor.type().size();
      var part = tensor.wire().slice(from * bytes, (to - from) * bytes);
      return Tensor.ofRaw(tensor.name(), tensor.type(), shape, part);
    }
    var source = Conversions.array(tensor);
    var target = Array.newInstance(source.getClass().componentType(), (to - from) * width);
    System.arraycopy(source, from * width, target, 0, (to - from) * width);
    return Tensor.of(tensor.name(), tensor.type(), shape, target);
  }

  /// Joins tensors of one type that differ in their first dimension only; keeps the first's name.
  public static Tensor concatenate(List<Tensor> parts) {
    var first = parts.getFirst();
    if (parts.size() == 1) {
      return first;
    }
    int rows = 0;
    for (var part : parts) {
      rows += part.rows();
    }
    var shape = first.shape().clone();
    shape[0] = rows;
    var source = Conversions.array(first);
    var target = Array.newInstance(source.getClass().componentType(), Shapes.size(shape));
    int at = 0;
    for (var part : parts) {
      System.arraycopy(Conversions.array(part), 0, target, at, part.size());
      at += part.size();
    }
    return Tensor.of(first.name(), first.type(), shape, target);
  }
}
