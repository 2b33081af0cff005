package dev.slipway.engines.text;

import dev.slipway.engines.text.TextTokenizer.Encoding;
import dev.slipway.inference.engine.Signature.Spec;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/// A class for each token, the special ones and those that pad shorter texts included, as KServe's
/// `huggingfaceserver` answers (`encoder_model.py`, `_process_token_classification`).
///
/// @param classes of a token; -1 where the graph does not say
record TokenHead(String graphOutput, TextConfig config, TokenTexts texts, long classes)
    implements Head {
  @Override
  public List<Spec> outputs() {
    return List.of(Spec.of("output-0", DataType.INT64, -1, 1, -1));
  }

  @Override
  public List<Spec> details() {
    return List.of(
        Spec.of("tokens", DataType.BYTES, -1, -1),
        Spec.of("labels", DataType.BYTES, -1, -1),
        Spec.of("scores", DataType.FP32, -1, -1, classes));
  }

  @Override
  public boolean perToken() {
    return true;
  }

  @Override
  public long memoryBytes() {
    return texts.memoryBytes();
  }

  @Override
  public float[] row(Values values, Encoding encoding) {
    int end = values.from() + values.length() * values.width();
    return java.util.Arrays.copyOfRange(values.all(), values.from(), end);
  }

  @Override
  public List<Tensor> answer(float[][] rows, List<Encoding> encodings) {
    int length = encodings.stream().mapToInt(Encoding::length).max().orElse(0);
    int width = length == 0 ? (int) Math.max(0, classes) : rows[0].length / length;
    var best = new long[rows.length * length];
    var labels = new String[best.length];
    var tokens = new String[best.length];
    var scores = Rows.joined(rows, length * width);
    for (int i = 0; i < best.length; i++) {
      best[i] = new Values(scores, i * width, 1, width).best(0);
      labels[i] = config.label((int) best[i]);
      var encoding = encodings.get(i / length);
      int at = i % length;
      tokens[i] = texts.token(at < encoding.length() ? encoding.ids()[at] : texts.padId());
      Softmax.of(scores, i * width, (i + 1) * width);
    }
    var all = new ArrayList<Tensor>();
    all.add(Tensor.ofLongs("output-0", new long[] {rows.length, 1, length}, best));
    var shape = new long[] {rows.length, length};
    all.add(Tensor.ofStrings("tokens", shape, tokens));
    all.add(Tensor.ofStrings("labels", shape, labels));
    all.add(Tensor.ofFloats("scores", new long[] {rows.length, length, width}, scores));
    return all;
  }
}
