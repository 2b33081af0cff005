package dev.slipway.engines.pmml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The classes a model chooses among, in the order of the document.
final class Labels {
  private final Kind kind;
  private final List<String> texts = new ArrayList<>();
  private final Map<String, Integer> indices = new HashMap<>();

  /// @param kind of the target: labels of an integer target are equal if their numbers are
  Labels(Kind kind) {
    this.kind = kind;
  }

  /// The index of a label, which joins the others if it is new.
  int add(String text) {
    var shown = canonical(text);
    var known = indices.putIfAbsent(shown, texts.size());
    if (known != null) {
      return known;
    }
    texts.add(shown);
    return texts.size() - 1;
  }

  /// The index of a label, -1 for none of these.
  int find(String text) {
    return indices.getOrDefault(canonical(text), -1);
  }

  private String canonical(String text) {
    double value = kind.numeric() ? Numbers.parseOrNaN(text) : Double.NaN;
    return Double.isNaN(value) ? text : kind.format(value);
  }

  String text(int index) {
    return texts.get(index);
  }

  List<String> all() {
    return texts;
  }

  int size() {
    return texts.size();
  }

  /// Where each label of another model is here; new ones join.
  int[] indicesOf(Labels others) {
    return others.texts.stream().mapToInt(this::add).toArray();
  }
}
