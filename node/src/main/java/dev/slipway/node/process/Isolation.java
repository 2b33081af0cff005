package dev.slipway.node.process;

import java.util.Locale;

/// How far containers are to be kept apart from this machine and from each other.
public enum Isolation {
  /// As far as this machine permits.
  AUTO,
  /// Not at all: plain processes.
  NONE;

  /// As a user writes it.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
