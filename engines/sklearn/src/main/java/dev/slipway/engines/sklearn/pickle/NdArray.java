package dev.slipway.engines.sklearn.pickle;

/// A numpy array: C order, native byte order, whatever the file had.
///
/// Storage by dtype kind: `f`, `i`, `u`, `b` of any width become `double[]`, `long[]` or
/// `boolean[]`
/// (unsigned 64-bit keep their bits); `U`, `S` and `O` become `Object[]` of Python values. A
/// structured dtype (the nodes of a tree) becomes one array a field, see [#field(String)].
public final class NdArray {
  private String dtype;
  private int[] shape;
  private Object storage;

  /// @param dtype numpy's short name without byte order: `f8`, `i4`, `b1`, `U5`, `O`, `V64`
  /// @param storage `double[]`, `long[]`, `boolean[]`, `Object[]`, or a `Map<String, NdArray>` for
  /// a
  /// structured dtype
  public NdArray(String dtype, int[] shape, Object storage) {
    this.dtype = dtype;
    this.shape = shape;
    this.storage = storage;
  }

  /// An array whose content comes later in the file; references to it may be made before.
  static NdArray pending() {
    return new NdArray("V0", new int[] {0}, new Object[0]);
  }

  /// Gives a pending array its content; only while the file is read.
  void become(String actualDtype, int[] actualShape, Object actualStorage) {
    dtype = actualDtype;
    shape = actualShape;
    storage = actualStorage;
  }

  public String dtype() {
    return dtype;
  }

  /// Not to be written to.
  public int[] shape() {
    return shape;
  }

  public int size() {
    int size = 1;
    for (int dimension : shape) {
      size *= dimension;
    }
    return size;
  }

  public Object storage() {
    return storage;
  }

  /// All values as doubles; numbers and booleans only.
  public double[] doubles() {
    return switch (storage) {
      case double[] values -> values;
      case long[] values -> {
        var copy = new double[values.length];
        for (int i = 0; i < copy.length; i++) {
          copy[i] = values[i];
        }
        yield copy;
      }
      case boolean[] values -> {
        var copy = new double[values.length];
        for (int i = 0; i < copy.length; i++) {
          copy[i] = values[i] ? 1 : 0;
        }
        yield copy;
      }
      case Object[] values -> {
        var copy = new double[values.length];
        for (int i = 0; i < copy.length; i++) {
          copy[i] = ((Number) values[i]).doubleValue();
        }
        yield copy;
      }
      default -> throw new IllegalStateException("an array of " + dtype + " holds no numbers");
    };
  }

  /// All values as integers; floats must be whole.
  public int[] integers() {
    var wide = doubles();
    var values = new int[wide.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (int) wide[i];
    }
    return values;
  }

  /// One field of a structured array.
  public NdArray field(String name) {
    if (storage instanceof java.util.Map<?, ?> fields
        && fields.get(name) instanceof NdArray found) {
      return found;
    }
    throw new IllegalStateException("an array of " + dtype + " has no field " + name);
  }

  public boolean hasField(String name) {
    return storage instanceof java.util.Map<?, ?> fields && fields.containsKey(name);
  }
}
