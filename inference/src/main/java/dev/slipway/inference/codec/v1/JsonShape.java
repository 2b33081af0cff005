package dev.slipway.inference.codec.v1;

import dev.slipway.inference.engine.InvalidInputException;
import java.util.Arrays;

/// The shape of nested arrays, learnt while they are walked: all arrays of a level must have one
/// length, and all values must lie at one level.
final class JsonShape {
  private static final int OPEN = -1;

  private final String name;
  private long[] lengths = {OPEN, OPEN, OPEN, OPEN};
  private int rank;
  private int leaf = OPEN;

  /// @param name of the tensor, for messages
  JsonShape(String name) {
    this.name = name;
  }

  /// An array begins within `level` others.
  void open(int level) {
    if (leaf >= 0 && level > leaf) {
      throw ragged("found an array beside values");
    }
    rank = Math.max(rank, level + 1);
    if (rank > lengths.length) {
      int known = lengths.length;
      lengths = Arrays.copyOf(lengths, known * 2);
      Arrays.fill(lengths, known, known * 2, OPEN);
    }
  }

  /// A value lies in an array that is within `level` others.
  void leaf(int level) {
    if (level + 1 != rank || (leaf >= 0 && leaf != level)) {
      throw ragged("found a value beside arrays");
    }
    leaf = level;
  }

  /// An array ends.
  void close(int level, int length) {
    if (lengths[level] == OPEN) {
      lengths[level] = length;
    } else if (lengths[level] != length) {
      throw ragged(
          "found arrays of " + lengths[level] + " and of " + length + " at level " + (level + 1));
    }
  }

  private InvalidInputException ragged(String found) {
    return new InvalidInputException(
        "input \"" + name + "\": expected arrays of one length at each level, " + found);
  }

  /// The dimensions, all arrays being closed.
  long[] dimensions() {
    var dimensions = Arrays.copyOf(lengths, rank);
    for (int i = 0; i < rank; i++) {
      dimensions[i] = Math.max(0, dimensions[i]);
    }
    return dimensions;
  }
}
