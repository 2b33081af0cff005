package dev.slipway.engines.text;

import dev.slipway.engines.text.TextConfig.Pooling;
import dev.slipway.engines.text.TextConfig.Scores;
import dev.slipway.engines.text.TextConfig.Task;
import dev.slipway.engines.text.TextTokenizer.Encoding;
import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.engine.Signature;
import dev.slipway.inference.engine.Signature.Spec;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/// What is made of a graph's numbers: a vector for a text, or labels with scores.
///
/// @param graphOutput the output of the graph that is used
/// @param width numbers for a text; -1 where the graph does not say
record Heads(String graphOutput, TextConfig config, long width) {
  private static final List<String> POOLED = List.of("sentence_embedding", "text_embeds");
  private static final List<String> VECTORS =
      List.of("last_hidden_state", "token_embeddings", "hidden_states", "output", "pooler_output");

  static Heads of(Signature signature, TextConfig config) throws ModelLoadException {
    var names =
        config.task() == Task.CLASSIFICATION
            ? List.of("logits", "output", "scores")
            : java.util.stream.Stream.concat(POOLED.stream(), VECTORS.stream()).toList();
    for (var name : names) {
      for (var output : signature.outputs()) {
        if (output.name().equals(name)) {
          return new Heads(name, config, output.shape().getLast());
        }
      }
    }
    if (signature.outputs().size() == 1) {
      var only = signature.outputs().getFirst();
      return new Heads(only.name(), config, only.shape().getLast());
    }
    throw new ModelLoadException(
        "the graph gives "
            + signature.outputs().stream().map(Spec::name).toList()
            + ", expected one of "
            + names);
  }

  List<Spec> outputs() {
    if (config.task() == Task.EMBEDDING) {
      return List.of(Spec.of("embedding", DataType.FP32, -1, width));
    }
    return List.of(Spec.of("label", DataType.BYTES, -1), Spec.of("score", DataType.FP32, -1));
  }

  /// All classes with their scores; none for vectors.
  List<Spec> details() {
    if (config.task() == Task.EMBEDDING) {
      return List.of();
    }
    return List.of(
        Spec.of("scores", DataType.FP32, -1, width), Spec.of("labels", DataType.BYTES, -1, width));
  }

  /// Puts a group's rows where they belong.
  void rows(Tensor output, List<Integer> group, List<Encoding> encodings, float[][] rows) {
    var values = output.asFloats();
    boolean pooled = output.shape().length == 2;
    int dimension = (int) output.shape()[output.shape().length - 1];
    int length = pooled ? 1 : (int) output.shape()[1];
    for (int i = 0; i < group.size(); i++) {
      int tokens = Math.min(length, encodings.get(group.get(i)).length());
      var pooling = pooled ? Pooling.CLS : config.pooling();
      var row = pool(values, i * length * dimension, dimension, tokens, pooling);
      if (config.task() == Task.CLASSIFICATION) {
        score(row);
      } else if (config.normalise()) {
        normalise(row);
      }
      rows[group.get(i)] = row;
    }
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

  private void score(float[] row) {
    if (config.scores() == Scores.SIGMOID) {
      for (int i = 0; i < row.length; i++) {
        row[i] = (float) (1 / (1 + Math.exp(-row[i])));
      }
    } else if (config.scores() == Scores.SOFTMAX) {
      softmax(row);
    }
  }

  private static void softmax(float[] row) {
    float most = Float.NEGATIVE_INFINITY;
    for (float value : row) {
      most = Math.max(most, value);
    }
    double sum = 0;
    for (float value : row) {
      sum += Math.exp(value - most);
    }
    for (int i = 0; i < row.length; i++) {
      row[i] = (float) (Math.exp(row[i] - most) / sum);
    }
  }

  /// The answers to all texts, every signature's.
  List<Tensor> answer(float[][] rows) {
    int dimension = rows.length > 0 ? rows[0].length : (int) Math.max(0, width);
    var all = new float[rows.length * dimension];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, all, i * dimension, dimension);
    }
    var shape = new long[] {rows.length, dimension};
    if (config.task() == Task.EMBEDDING) {
      return List.of(Tensor.ofFloats("embedding", shape, all));
    }
    var label = new String[rows.length];
    var score = new float[rows.length];
    var labels = new ArrayList<String>();
    for (int i = 0; i < rows.length; i++) {
      int best = 0;
      for (int j = 0; j < dimension; j++) {
        best = rows[i][j] > rows[i][best] ? j : best;
        labels.add(label(j));
      }
      label[i] = label(best);
      score[i] = rows[i][best];
    }
    var count = new long[] {rows.length};
    return List.of(
        Tensor.ofStrings("label", count, label),
        Tensor.ofFloats("score", count, score),
        Tensor.ofFloats("scores", shape, all),
        Tensor.ofStrings("labels", shape, labels.toArray(String[]::new)));
  }

  private String label(int index) {
    return index < config.labels().size() ? config.labels().get(index) : "LABEL_" + index;
  }
}
