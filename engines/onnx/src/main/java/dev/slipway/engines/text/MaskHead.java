package dev.slipway.engines.text;

import dev.slipway.engines.text.TextTokenizer.Encoding;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.engine.Signature.Spec;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/// What stands best in the masked places of each text, as KServe's `huggingfaceserver` answers
/// (`encoder_model.py`, `_process_fill_mask`): one text for all places of a text together.
///
/// Implementation note. Of a masked place [#MOST] tokens are kept, each as its id (exact as a float
/// below 2^24) and its share: a vocabulary's numbers for every text would be gigabytes.
record MaskHead(String graphOutput, TokenTexts texts) implements Head {
  /// Candidates for a place, as many as Hugging Face's pipeline tells.
  private static final int MOST = 5;

  private static final int NONE = -1;

  @Override
  public List<Spec> outputs() {
    return List.of(Spec.of("output-0", DataType.BYTES, -1));
  }

  @Override
  public List<Spec> details() {
    return List.of(
        Spec.of("tokens", DataType.BYTES, -1, -1, MOST),
        Spec.of("token_ids", DataType.INT64, -1, -1, MOST),
        Spec.of("scores", DataType.FP32, -1, -1, MOST));
  }

  @Override
  public boolean perToken() {
    return false;
  }

  @Override
  public long memoryBytes() {
    return texts.memoryBytes();
  }

  @Override
  public float[] row(Values values, Encoding encoding) {
    var places = places(encoding);
    var kept = new float[places.length * MOST * 2];
    Arrays.fill(kept, NONE);
    for (int i = 0; i < places.length; i++) {
      keepBest(values.token(places[i]), kept, i * MOST * 2);
    }
    return kept;
  }

  private int[] places(Encoding encoding) {
    return java.util.stream.IntStream.range(0, encoding.length())
        .filter(at -> encoding.ids()[at] == texts.maskId())
        .toArray();
  }

  private static void keepBest(float[] numbers, float[] kept, int from) {
    Softmax.of(numbers);
    for (int i = 0; i < Math.min(MOST, numbers.length); i++) {
      int best = new Values(numbers, 0, 1, numbers.length).best(0);
      kept[from + 2 * i] = best;
      kept[from + 2 * i + 1] = numbers[best];
      numbers[best] = Float.NEGATIVE_INFINITY;
    }
  }

  @Override
  public List<Tensor> answer(float[][] rows, List<Encoding> encodings) {
    int places = Arrays.stream(rows).mapToInt(row -> row.length).max().orElse(0) / (2 * MOST);
    var filled = new String[rows.length];
    var ids = new long[rows.length * places * MOST];
    var scores = new float[ids.length];
    var tokens = new String[ids.length];
    Arrays.fill(ids, NONE);
    Arrays.fill(tokens, "");
    for (int i = 0; i < rows.length; i++) {
      var row = rows[i];
      filled[i] = texts.decode(first(row, i));
      for (int j = 0; j < row.length / 2 && row[2 * j] >= 0; j++) {
        int to = i * places * MOST + j;
        ids[to] = (long) row[2 * j];
        scores[to] = row[2 * j + 1];
        tokens[to] = texts.decode((int) row[2 * j]);
      }
    }
    var shape = new long[] {rows.length, places, MOST};
    return List.of(
        Tensor.ofStrings("output-0", new long[] {rows.length}, filled),
        Tensor.ofStrings("tokens", shape, tokens),
        Tensor.ofLongs("token_ids", shape, ids),
        Tensor.ofFloats("scores", shape, scores));
  }

  /// The best token of each place of a text.
  private int[] first(float[] row, int text) {
    if (row.length == 0) {
      throw new InvalidInputException(
          "input \"text\": element "
              + text
              + " has no "
              + texts.token(texts.maskId())
              + " to be filled");
    }
    return java.util.stream.IntStream.range(0, row.length / (2 * MOST))
        .map(place -> (int) row[place * 2 * MOST])
        .toArray();
  }
}
