package dev.slipway.inference.artifact;

/// A text that never shows itself in a log or a message.
public record Secret(String reveal) {
  @Override
  public String toString() {
    return "***";
  }
}
