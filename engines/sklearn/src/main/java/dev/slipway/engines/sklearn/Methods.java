package dev.slipway.engines.sklearn;

import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// What can be asked of an estimator, by the names of Python's methods.
final class Methods {
  /// Answers of one method.
  @FunctionalInterface
  interface Method {
    /// The tensors, named as if the client had named none.
    List<Tensor> of(Frame x);
  }

  private static final String OUTPUT = "output-";

  private Methods() {}

  /// All methods of the estimator; the one that `options` ask for is the first.
  ///
  /// @throws ModelLoadException if the estimator lacks the method asked for
  static SequencedMap<String, Method> of(Estimator estimator, Map<String, String> options)
      throws ModelLoadException {
    var methods = all(estimator);
    var wanted = wanted(options);
    if (wanted.isEmpty()) {
      return methods;
    }
    if (!methods.containsKey(wanted)) {
      throw new ModelLoadException(
          "the model has no method " + wanted + "; it has " + String.join(", ", methods.keySet()));
    }
    methods.putFirst(wanted, methods.get(wanted));
    return methods;
  }

  private static String wanted(Map<String, String> options) {
    if (options.containsKey("method")) {
      return options.get("method");
    }
    return Boolean.parseBoolean(options.get("PREDICT_PROBA")) ? "predict_proba" : "";
  }

  private static SequencedMap<String, Method> all(Estimator estimator) {
    var methods = new LinkedHashMap<String, Method>();
    if (estimator instanceof Estimator.Predictor predictor) {
      methods.put("predict", x -> List.of(predictor.predict(x).named(OUTPUT + 0)));
    }
    if (estimator instanceof Estimator.OutputProbabilities several) {
      methods.put("predict_proba", x -> tensors(several.predictProbaPerOutput(x)));
    } else if (estimator instanceof Estimator.Probabilities probable) {
      methods.put("predict_proba", x -> List.of(tensor(probable.predictProba(x))));
    }
    if (estimator instanceof Estimator.Decisions deciding) {
      methods.put("decision_function", x -> List.of(flat(deciding.decisionFunction(x))));
    }
    if (estimator instanceof Estimator.Transformer transformer) {
      methods.put("transform", x -> tensors(transformer.transform(x)));
    }
    if (estimator instanceof Estimator.Scores scores) {
      methods.put("score_samples", x -> List.of(flat(scores.scoreSamples(x))));
    }
    return methods;
  }

  private static Tensor tensor(Matrix matrix) {
    var shape = new long[] {matrix.rows(), matrix.columns()};
    return Tensor.ofDoubles(OUTPUT + 0, shape, matrix.values());
  }

  private static Tensor flat(Matrix matrix) {
    return matrix.columns() == 1 ? tensor(matrix).shaped(matrix.rows()) : tensor(matrix);
  }

  private static List<Tensor> tensors(List<Matrix> matrices) {
    var tensors = new ArrayList<Tensor>();
    for (var matrix : matrices) {
      tensors.add(tensor(matrix).named(OUTPUT + tensors.size()));
    }
    return tensors;
  }

  /// Numbers as one tensor; columns of several types as one tensor a column.
  private static List<Tensor> tensors(Frame frame) {
    if (!(frame instanceof Frame.Table table)
        || table.data().stream().noneMatch(Object[].class::isInstance)) {
      return List.of(tensor(frame.matrix()));
    }
    var tensors = new ArrayList<Tensor>();
    for (int i = 0; i < table.columns(); i++) {
      var name = table.names().isEmpty() ? OUTPUT + i : table.names().get(i);
      tensors.add(column(table.data().get(i)).named(name));
    }
    return tensors;
  }

  private static Tensor column(Object data) {
    return switch (data) {
      case double[] values -> Tensor.ofDoubles("", new long[] {values.length}, values);
      case long[] values -> Tensor.ofLongs("", new long[] {values.length}, values);
      case boolean[] values -> truths(values);
      case Object[] values -> {
        var texts = new byte[values.length][];
        for (int i = 0; i < texts.length; i++) {
          texts[i] = text(values[i]).getBytes(StandardCharsets.UTF_8);
        }
        yield Tensor.of("", DataType.BYTES, new long[] {texts.length}, texts);
      }
      default -> throw new IllegalStateException("no column type: " + data.getClass());
    };
  }

  private static String text(@org.jspecify.annotations.Nullable Object value) {
    return value == null ? "" : value.toString();
  }

  private static Tensor truths(boolean... values) {
    var bits = new byte[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = (byte) (values[i] ? 1 : 0);
    }
    return Tensor.of("", DataType.BOOL, new long[] {bits.length}, bits);
  }
}
