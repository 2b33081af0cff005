package dev.slipway.engines.sklearn;

import dev.slipway.inference.engine.Signature;
import dev.slipway.inference.engine.Signature.Spec;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/// Finds out what a method answers with by asking it for one row of zeros.
final class Probe {
  private static final long ANY = -1;

  private Probe() {}

  static Signature signature(Estimator estimator, String name, Methods.Method method) {
    return new Signature(inputs(estimator), outputs(estimator, name, method));
  }

  private static List<Spec> inputs(Estimator estimator) {
    var types = estimator.featureTypes();
    if (types.isEmpty()) {
      return List.of(Spec.of("input-0", DataType.FP64, ANY, estimator.features()));
    }
    var specs = new ArrayList<Spec>();
    for (int i = 0; i < types.size(); i++) {
      var names = estimator.featureNames();
      var name = i < names.size() ? names.get(i) : "input-" + i;
      specs.add(Spec.of(name, types.get(i), ANY));
    }
    return specs;
  }

  private static List<Spec> outputs(Estimator estimator, String name, Methods.Method method) {
    try {
      return method.of(row(estimator)).stream().map(Probe::spec).toList();
    } catch (RuntimeException _) {
      return List.of(fallback(estimator, name));
    }
  }

  private static Frame row(Estimator estimator) {
    var types = estimator.featureTypes();
    if (types.isEmpty()) {
      return new Frame.Dense(
          Matrix.zeros(1, Math.max(estimator.features(), 1)), estimator.featureNames());
    }
    var columns = new ArrayList<Object>();
    for (var type : types) {
      columns.add(type == DataType.BYTES ? new Object[] {""} : new double[1]);
    }
    return new Frame.Table(1, estimator.featureNames(), columns);
  }

  private static Spec spec(Tensor answer) {
    var shape = answer.shape().clone();
    shape[0] = ANY;
    return Spec.of(answer.name(), answer.type(), shape);
  }

  private static Spec fallback(Estimator estimator, String name) {
    return switch (name) {
      case "predict" ->
          Spec.of(
              "output-0",
              estimator instanceof Estimator.Classes labelled
                  ? labelled.classes().type()
                  : DataType.FP64,
              ANY);
      case "predict_proba" ->
          Spec.of(
              "output-0",
              DataType.FP64,
              ANY,
              estimator instanceof Estimator.Classes labelled ? labelled.classes().count() : ANY);
      default -> Spec.of("output-0", DataType.FP64, ANY, ANY);
    };
  }
}
