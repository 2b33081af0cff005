package dev.slipway.engines.sklearn;

import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an estimator answers, as flat lists of values.
final class Answers {
  /// @param values `Double`, `Long`, `Boolean`, `String` or `null`, row-major
  record Answer(int rows, List<@Nullable Object> values) {}

  private Answers() {}

  static List<Answer> of(Estimator estimator, String method, Frame x) {
    return switch (method) {
      case "predict" -> List.of(of(((Estimator.Predictor) estimator).predict(x)));
      case "predict_proba" ->
          estimator instanceof Estimator.OutputProbabilities several
              ? several.predictProbaPerOutput(x).stream().map(Answers::of).toList()
              : List.of(of(((Estimator.Probabilities) estimator).predictProba(x)));
      case "decision_function" ->
          List.of(of(((Estimator.Decisions) estimator).decisionFunction(x)));
      case "score_samples" -> List.of(of(((Estimator.Scores) estimator).scoreSamples(x)));
      case "transform" -> List.of(of(((Estimator.Transformer) estimator).transform(x)));
      case "inverse_transform" ->
          List.of(of(((Estimator.Inverse) estimator).inverseTransform(x.matrix())));
      default -> throw new IllegalArgumentException(method);
    };
  }

  private static Answer of(Matrix matrix) {
    return new Answer(matrix.rows(), Arrays.asList((Object[]) boxed(matrix.values())));
  }

  private static Double[] boxed(double... values) {
    return Arrays.stream(values).boxed().toArray(Double[]::new);
  }

  private static Answer of(Frame frame) {
    if (!(frame instanceof Frame.Table table)) {
      return of(frame.matrix());
    }
    var values = new Object[table.rows() * table.columns()];
    for (int column = 0; column < table.columns(); column++) {
      var cells = table.column(column);
      for (int row = 0; row < table.rows(); row++) {
        values[row * table.columns() + column] = cells[row];
      }
    }
    return new Answer(table.rows(), Arrays.asList(values));
  }

  private static Answer of(Tensor tensor) {
    var values = new Object[tensor.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (tensor.type()) {
            case BYTES -> tensor.text(i);
            case BOOL -> tensor.bytes()[i] != 0;
            default ->
                tensor.type() == DataType.INT64
                    ? (Object) tensor.longs()[i]
                    : (Object) tensor.asDoubles()[i];
          };
    }
    return new Answer(tensor.rows(), Arrays.asList(values));
  }
}
