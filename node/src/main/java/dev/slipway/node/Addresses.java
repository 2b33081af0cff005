package dev.slipway.node;

import java.util.BitSet;
import java.util.Optional;

/// Addresses for pods, out of the loopback range that starts at 127.64.0.0: each of four million
/// once, and again only after all others have been used. Thread-safe.
final class Addresses {
  private static final int BITS = 22;
  private static final int FIRST = 1 << 8; // 127.64.1.0
  private static final int COUNT = 1 << BITS;

  private final BitSet taken = new BitSet();
  private int cursor = FIRST;

  /// @param wished where it is free; `""` for any
  /// @throws IllegalStateException if there are four million pods
  synchronized String take(String wished) {
    var number = number(wished).filter(each -> !taken.get(each));
    int chosen = number.orElseGet(this::free);
    taken.set(chosen);
    return text(chosen);
  }

  private int free() {
    for (int tries = 0; tries < 2; tries++) {
      for (int next = taken.nextClearBit(cursor);
          next < COUNT;
          next = taken.nextClearBit(next + 1)) {
        int last = next & 0xff;
        if (last != 0 && last != 255) {
          cursor = next + 1;
          return next;
        }
      }
      cursor = FIRST;
    }
    throw new IllegalStateException("every pod address is taken");
  }

  synchronized void release(String address) {
    number(address).ifPresent(taken::clear);
  }

  private static String text(int number) {
    return "127." + (64 + (number >> 16)) + "." + (number >> 8 & 0xff) + "." + (number & 0xff);
  }

  private static Optional<Integer> number(String address) {
    var parts = address.split("\\.", -1);
    if (parts.length != 4 || !parts[0].equals("127")) {
      return Optional.empty();
    }
    try {
      int second = Integer.parseInt(parts[1]) - 64;
      int rest = Integer.parseInt(parts[2]) << 8 | Integer.parseInt(parts[3]);
      boolean within = second >= 0 && second < COUNT >> 16 && rest >= 0 && rest < 1 << 16;
      return within ? Optional.of(second << 16 | rest) : Optional.empty();
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }
}
