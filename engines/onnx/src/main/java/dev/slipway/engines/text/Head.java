package dev.slipway.engines.text;

import dev.slipway.engines.text.TextTokenizer.Encoding;
import dev.slipway.inference.engine.Signature.Spec;
import dev.slipway.inference.tensor.Tensor;
import java.util.List;

/// What is made of a graph's numbers. Stateless.
sealed interface Head permits VectorHead, ClassHead, TokenHead, MaskHead {
  /// The output of the graph that is used.
  String graphOutput();

  /// What is answered.
  List<Spec> outputs();

  /// What is answered where everything is wanted; none where that is no more.
  List<Spec> details();

  /// Whether the answer to a text has an element for each token of the longest text beside it.
  boolean perToken();

  /// What is kept of a text until all are computed.
  ///
  /// @param values the graph's numbers for the text, `length` rows of `width`
  float[] row(Values values, Encoding encoding);

  /// The answers to all texts, those of every signature.
  List<Tensor> answer(float[][] rows, List<Encoding> encodings);

  /// Memory held beside the graph; an estimate.
  default long memoryBytes() {
    return 0;
  }

  /// Numbers for one text in those of a group.
  ///
  /// @param from where they begin
  /// @param length tokens; 1 where the graph gives one vector for a text
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Values(float[] all, int from, int length, int width) {
    /// The index of the greatest number of a token, the first of several.
    int best(int token) {
      int start = from + token * width;
      int best = 0;
      for (int i = 1; i < width; i++) {
        best = all[start + i] > all[start + best] ? i : best;
      }
      return best;
    }

    /// A token's numbers.
    float[] token(int token) {
      int start = from + token * width;
      return java.util.Arrays.copyOfRange(all, start, start + width);
    }
  }
}
