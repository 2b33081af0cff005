package dev.slipway.controllers.batch;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// A set of completion indexes, as `status.completedIndexes` writes it: `0,2,4-7`. Immutable.
///
/// Source: `pkg/controller/job/indexed_job_utils.go`.
final class Indexes {
  static final Indexes NONE = new Indexes(new BitSet());

  private final BitSet bits;

  private Indexes(BitSet bits) {
    this.bits = bits;
  }

  /// Reads what is below `end`; what is no index is passed over.
  static Indexes parse(String text, int end) {
    var bits = new BitSet();
    for (var part : text.split(",", -1)) {
      int dash = part.indexOf('-');
      int first = number(dash < 0 ? part : part.substring(0, dash));
      int last = dash < 0 ? first : number(part.substring(dash + 1));
      if (first >= 0 && last >= first && first < end) {
        bits.set(first, Math.min(last, end - 1) + 1);
      }
    }
    return new Indexes(bits);
  }

  /// -1 where it is none.
  static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException _) {
      return -1;
    }
  }

  Indexes with(Iterable<Integer> more) {
    var union = (BitSet) bits.clone();
    more.forEach(union::set);
    return new Indexes(union);
  }

  Indexes with(Indexes other) {
    var union = (BitSet) bits.clone();
    union.or(other.bits);
    return new Indexes(union);
  }

  Indexes onlyIn(Indexes other) {
    var both = (BitSet) bits.clone();
    both.and(other.bits);
    return new Indexes(both);
  }

  boolean has(int index) {
    return index >= 0 && bits.get(index);
  }

  int total() {
    return bits.cardinality();
  }

  /// The lowest that are not in the set.
  ///
  /// @param end above all of them
  List<Integer> missing(int most, int end) {
    var found = new ArrayList<Integer>();
    for (int i = bits.nextClearBit(0);
        i < end && found.size() < most;
        i = bits.nextClearBit(i + 1)) {
      found.add(i);
    }
    return found;
  }

  /// Two in a row are `1,2`; three are `1-3`.
  @Override
  public String toString() {
    var text = new StringBuilder();
    for (int first = bits.nextSetBit(0); first >= 0; ) {
      int last = bits.nextClearBit(first) - 1;
      text.append(text.isEmpty() ? "" : ",").append(first);
      if (last > first) {
        text.append(last == first + 1 ? ',' : '-').append(last);
      }
      first = bits.nextSetBit(last + 1);
    }
    return text.toString();
  }
}
