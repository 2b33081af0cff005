package dev.slipway.engines.text;

import java.util.ArrayList;
import java.util.List;

/// SentencePiece's view of blanks: each a visible character that begins the word after it.
///
/// @param blank what stands for a blank, `▁`
/// @param prepend whether a text that does not begin with one gets one
/// @param words whether any white space parts words before that, and vanishes
/// @param split whether each blank begins a piece of its own
record Metaspace(char blank, Prepend prepend, boolean words, boolean split) {
  /// Where a blank is put in front.
  enum Prepend {
    ALWAYS,
    FIRST,
    NEVER
  }

  /// The pieces to be cut into subwords, each for itself.
  ///
  /// @param first whether the text begins what was asked
  List<String> pieces(String text, boolean first) {
    var pieces = new ArrayList<String>();
    if (!words) {
      add(text, first, pieces);
      return pieces;
    }
    int from = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || Normalizers.isSpace(text.charAt(i))) {
        add(text.substring(from, i), first && from == 0, pieces);
        from = i + 1;
      }
    }
    return pieces;
  }

  private void add(String part, boolean first, List<String> pieces) {
    if (part.isEmpty()) {
      return;
    }
    var text = part.replace(' ', blank);
    boolean wants = prepend == Prepend.ALWAYS || (prepend == Prepend.FIRST && first);
    var whole = wants && text.charAt(0) != blank ? blank + text : text;
    int from = 0;
    for (int i = 1; split && i < whole.length(); i++) {
      if (whole.charAt(i) == blank) {
        pieces.add(whole.substring(from, i));
        from = i;
      }
    }
    pieces.add(whole.substring(from));
  }
}
