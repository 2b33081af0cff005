package dev.slipway.engines.text;

/// Cuts normalised text into the pieces of a vocabulary. Thread-safe.
interface SubwordModel {
  /// Appends the tokens of a text without special tokens.
  ///
  /// @param most tokens wanted; there may be a few more
  void encode(String text, Tokens into, int most);

  /// Memory held; an estimate.
  long memoryBytes();
}
