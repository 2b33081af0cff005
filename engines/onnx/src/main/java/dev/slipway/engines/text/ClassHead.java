package dev.slipway.engines.text;

import dev.slipway.engines.text.TextConfig.Scores;
import dev.slipway.engines.text.TextTokenizer.Encoding;
import dev.slipway.inference.engine.Signature.Spec;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/// A label for each text with its score, or its number alone, as KServe's server answers
/// (`encoder_model.py`, `_process_sequence_classification`).
///
/// @param width classes; -1 where the graph does not say
record ClassHead(String graphOutput, TextConfig config, long width) implements Head {
  @Override
  public List<Spec> outputs() {
    if (config.numbered()) {
      return List.of(Spec.of("output-0", DataType.INT64, -1));
    }
    return List.of(Spec.of("label", DataType.BYTES, -1), Spec.of("score", DataType.FP32, -1));
  }

  @Override
  public List<Spec> details() {
    return List.of(
        Spec.of("scores", DataType.FP32, -1, width), Spec.of("labels", DataType.BYTES, -1, width));
  }

  @Override
  public boolean perToken() {
    return false;
  }

  @Override
  public float[] row(Values values, Encoding encoding) {
    var row = values.token(0);
    if (config.scores() == Scores.SIGMOID) {
      for (int i = 0; i < row.length; i++) {
        row[i] = (float) (1 / (1 + Math.exp(-row[i])));
      }
    } else if (config.scores() == Scores.SOFTMAX) {
      Softmax.of(row);
    }
    return row;
  }

  @Override
  public List<Tensor> answer(float[][] rows, List<Encoding> encodings) {
    int dimension = rows.length > 0 ? rows[0].length : (int) Math.max(0, width);
    var shape = new long[] {rows.length, dimension};
    var label = new String[rows.length];
    var score = new float[rows.length];
    var number = new long[rows.length];
    var labels = new ArrayList<String>();
    for (int i = 0; i < rows.length; i++) {
      int best = 0;
      for (int j = 0; j < dimension; j++) {
        best = rows[i][j] > rows[i][best] ? j : best;
        labels.add(config.label(j));
      }
      label[i] = config.label(best);
      score[i] = rows[i][best];
      number[i] = best;
    }
    var count = new long[] {rows.length};
    return List.of(
        Tensor.ofLongs("output-0", count, number),
        Tensor.ofStrings("label", count, label),
        Tensor.ofFloats("score", count, score),
        Tensor.ofFloats("scores", shape, Rows.joined(rows, dimension)),
        Tensor.ofStrings("labels", shape, labels.toArray(String[]::new)));
  }
}
