package dev.slipway.apiserver.admission;

/// Room held for one write between its last check and its end in the store.
@FunctionalInterface
public interface Reservation extends AutoCloseable {
  /// Holds nothing.
  Reservation NONE = () -> {};

  /// Gives the room back: what was stored counts by itself from now on. Never fails.
  @Override
  void close();
}
