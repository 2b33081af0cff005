package dev.slipway.engines.sklearn.pickle;

/// Arrays of a joblib file: their bytes lie in the stream right after the wrapper that describes
/// them (`joblib/numpy_pickle.py`, `NumpyArrayWrapper.read_array`).
final class JoblibArrays {
  private static final int DEPTH_OF_NESTED_PICKLE = 200;

  private JoblibArrays() {}

  static NdArray read(PyObject wrapper, PickleStream in, Budget budget, int depthLeft) {
    var type = Dtype.of(wrapper.attributes().get("dtype"));
    var shape = ArrayDecoder.shape(wrapper.attributes().get("shape"));
    boolean fortran = "F".equals(wrapper.attributes().get("order"));
    if (type.kind() == 'O') {
      return objects(in, budget, depthLeft - DEPTH_OF_NESTED_PICKLE);
    }
    if (wrapper.attributes().get("numpy_array_alignment_bytes") != null) {
      in.skip(in.next());
    }
    long count = ArrayDecoder.bytes(type, shape);
    var raw = in.bytes(count);
    return new NdArray(type.code(), shape, ArrayDecoder.decode(type, shape, fortran, raw, budget));
  }

  /// An array of objects is a pickle of its own.
  private static NdArray objects(PickleStream in, Budget budget, int depthLeft) {
    if (depthLeft <= 0) {
      throw new PickleException("arrays of objects are nested too deep");
    }
    var value = new PickleMachine(in, budget, depthLeft).run();
    if (value instanceof NdArray array) {
      return array;
    }
    throw new PickleException("an array of objects is something else");
  }
}
