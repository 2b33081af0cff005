package dev.slipway.engines.torch;

import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What `forward` returned, as a flat list of tensors. Members of tuples and lists are called
/// `OUTPUT__0` and on by their place among all; those of dictionaries by their keys, in
/// alphabetical
/// order. Numbers, flags and text become tensors of one element; None is left out.
final class Answer {
  private static final int DEEPEST = 16;

  private final PtNDManager manager;
  private final List<Tensor> tensors = new ArrayList<>();

  private Answer(PtNDManager manager) {
    this.manager = manager;
  }

  /// Copies a value out of libtorch; the caller closes it.
  static List<Tensor> of(PtNDManager manager, IValue value) {
    var answer = new Answer(manager);
    answer.add(value, "", 0);
    return answer.tensors;
  }

  private void add(IValue value, String name, int depth) {
    if (depth > DEEPEST) {
      throw new EngineException("the answer is nested deeper than " + DEEPEST);
    }
    if (value.isTensor()) {
      tensor(value.toTensor(manager), name);
    } else if (value.isTuple()) {
      all(value.toIValueTuple(), depth);
    } else if (value.isTensorList()) {
      for (var each : value.toTensorArray(manager)) {
        tensor(each, "");
      }
    } else if (value.isMap()) {
      members(new TreeMap<>(value.toIValueMap()), depth);
    } else {
      plain(value, name, depth);
    }
  }

  private void all(IValue[] values, int depth) {
    for (var each : values) {
      try (each) {
        add(each, "", depth + 1);
      }
    }
  }

  private void members(Map<String, IValue> values, int depth) {
    values.forEach(
        (key, each) -> {
          try (each) {
            add(each, key, depth + 1);
          }
        });
  }

  private void plain(IValue value, String name, int depth) {
    long[] one = {1};
    var called = name(name);
    if (value.isLong()) {
      tensors.add(Tensor.ofLongs(called, one, new long[] {value.toLong()}));
    } else if (value.isDouble()) {
      tensors.add(Tensor.ofDoubles(called, one, new double[] {value.toDouble()}));
    } else if (value.isBoolean()) {
      byte flag = (byte) (value.toBoolean() ? 1 : 0);
      tensors.add(Tensor.of(called, DataType.BOOL, one, new byte[] {flag}));
    } else if (value.isString()) {
      tensors.add(Tensor.ofStrings(called, one, value.toStringValue()));
    } else if (value.isLongList()) {
      var values = value.toLongArray();
      tensors.add(Tensor.ofLongs(called, new long[] {values.length}, values));
    } else if (value.isDoubleList()) {
      var values = value.toDoubleArray();
      tensors.add(Tensor.ofDoubles(called, new long[] {values.length}, values));
    } else if (value.isList()) {
      all(value.toIValueArray(), depth);
    }
  }

  private String name(String key) {
    return key.isEmpty() ? "OUTPUT__" + tensors.size() : key;
  }

  private void tensor(PtNDArray array, String key) {
    try (array) {
      var type =
          Types.of(array.getDataType())
              .orElseThrow(
                  () ->
                      new EngineException(
                          "output \""
                              + name(key)
                              + "\" is of an element type that cannot be passed on (bfloat16,"
                              + " int16 or complex): convert it in the module"));
      tensors.add(
          Tensor.ofRaw(
              name(key), type, array.getShape().getShape().clone(), array.toByteBuffer(false)));
    }
  }
}
