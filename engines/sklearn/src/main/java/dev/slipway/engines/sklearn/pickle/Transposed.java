package dev.slipway.engines.sklearn.pickle;

import java.lang.reflect.Array;
import java.util.LinkedHashMap;
import java.util.Map;

/// Reorders elements from Fortran order, or any order of axes, to C order.
final class Transposed {
  private Transposed() {}

  /// @param flat elements with the first dimension of `shape` running fastest
  static Object toC(Object flat, int[] shape) {
    var strides = new int[shape.length];
    int stride = 1;
    for (int i = 0; i < shape.length; i++) {
      strides[i] = stride;
      stride *= shape[i];
    }
    return gather(flat, shape, strides);
  }

  /// Elements in C order of `shape`, as `transpose(axes)` of an array of that shape orders them.
  static Object permuted(Object flat, int[] shape, int[] axes) {
    var own = new int[shape.length];
    int stride = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      own[i] = stride;
      stride *= shape[i];
    }
    var target = new int[axes.length];
    var strides = new int[axes.length];
    for (int i = 0; i < axes.length; i++) {
      target[i] = shape[axes[i]];
      strides[i] = own[axes[i]];
    }
    return gather(flat, target, strides);
  }

  private static Object gather(Object flat, int[] shape, int... strides) {
    if (flat instanceof Map<?, ?> fields) {
      var turned = new LinkedHashMap<String, NdArray>();
      fields.forEach(
          (name, field) -> {
            var part = (NdArray) field;
            var values = gather(part.storage(), shape, strides);
            turned.put((String) name, new NdArray(part.dtype(), part.shape(), values));
          });
      return turned;
    }
    int size = Array.getLength(flat);
    var target = Array.newInstance(flat.getClass().componentType(), size);
    var index = new int[shape.length];
    int from = 0;
    for (int to = 0; to < size; to++) {
      copy(flat, from, target, to);
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        from += strides[axis];
        if (++index[axis] < shape[axis]) {
          break;
        }
        from -= strides[axis] * shape[axis];
        index[axis] = 0;
      }
    }
    return target;
  }

  private static void copy(Object source, int from, Object target, int to) {
    switch (source) {
      case double[] values -> ((double[]) target)[to] = values[from];
      case long[] values -> ((long[]) target)[to] = values[from];
      case boolean[] values -> ((boolean[]) target)[to] = values[from];
      default -> ((Object[]) target)[to] = ((Object[]) source)[from];
    }
  }
}
