package dev.slipway.engines.pmml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// All strings that a document compares with, by number: strings in requests that are none of
/// these are equal to nothing in the document. Filled while the document is compiled, then read.
final class Symbols {
  /// The code of any string that the document does not have.
  static final double UNKNOWN = -1;

  private final Map<String, Integer> codes = new HashMap<>();
  private final List<String> texts = new ArrayList<>();

  double code(String text) {
    Integer code = codes.get(text);
    return code == null ? UNKNOWN : code;
  }

  double add(String text) {
    var code = codes.putIfAbsent(text, texts.size());
    if (code == null) {
      texts.add(text);
      return texts.size() - 1;
    }
    return code;
  }
}
