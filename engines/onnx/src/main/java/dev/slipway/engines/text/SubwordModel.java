package dev.slipway.engines.text;

/// Cuts normalised text into the pieces of a vocabulary. Thread-safe.
interface SubwordModel {
  /// Appends the tokens of a text without special tokens.
  ///
  /// @param first whether the text begins what was asked, with no added token before it
  /// @param most tokens wanted; there may be a few more
  void encode(String text, boolean first, Tokens into, int most);

  /// Memory held; an estimate.
  long memoryBytes();
}
