package dev.slipway.engines.text;

import dev.slipway.engines.text.TextConfig.Pooling;
import dev.slipway.engines.text.TextTokenizer.Encoding;
import dev.slipway.inference.engine.Signature.Spec;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.util.List;

/// A vector for each text.
///
/// @param width numbers for a text; -1 where the graph does not say
record VectorHead(String graphOutput, TextConfig config, long width) implements Head {
  @Override
  public List<Spec> outputs() {
    return List.of(Spec.of("embedding", DataType.FP32, -1, width));
  }

  @Override
  public List<Spec> details() {
    return List.of();
  }

  @Override
  public boolean perToken() {
    return false;
  }

  @Override
  public float[] row(Values values, Encoding encoding) {
    int tokens = Math.min(values.length(), encoding.length());
    var pooling = values.length() == 1 ? Pooling.CLS : config.pooling();
    var row = pool(values.all(), values.from(), values.width(), tokens, pooling);
    if (config.normalise()) {
      normalise(row);
    }
    return row;
  }

  private static float[] pool(float[] values, int from, int dimension, int tokens, Pooling how) {
    var row = new float[dimension];
    switch (how) {
      case CLS -> System.arraycopy(values, from, row, 0, dimension);
      case LAST ->
          System.arraycopy(values, from + Math.max(0, tokens - 1) * dimension, row, 0, dimension);
      case MAX -> {
        System.arraycopy(values, from, row, 0, dimension);
        for (int token = 1; token < tokens; token++) {
          for (int i = 0; i < dimension; i++) {
            row[i] = Math.max(row[i], values[from + token * dimension + i]);
          }
        }
      }
      case MEAN, MEAN_SQRT -> {
        for (int token = 0; token < tokens; token++) {
          for (int i = 0; i < dimension; i++) {
            row[i] += values[from + token * dimension + i];
          }
        }
        double by = how == Pooling.MEAN ? Math.max(1, tokens) : Math.sqrt(Math.max(1, tokens));
        for (int i = 0; i < dimension; i++) {
          row[i] = (float) (row[i] / by);
        }
      }
    }
    return row;
  }

  private static void normalise(float[] row) {
    double sum = 0;
    for (float value : row) {
      sum += (double) value * value;
    }
    double length = Math.max(Math.sqrt(sum), 1e-12);
    for (int i = 0; i < row.length; i++) {
      row[i] = (float) (row[i] / length);
    }
  }

  @Override
  public List<Tensor> answer(float[][] rows, List<Encoding> encodings) {
    int dimension = rows.length > 0 ? rows[0].length : (int) Math.max(0, width);
    var all = Rows.joined(rows, dimension);
    return List.of(Tensor.ofFloats("embedding", new long[] {rows.length, dimension}, all));
  }
}
