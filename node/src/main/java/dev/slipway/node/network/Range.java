package dev.slipway.node.network;

import java.util.Optional;

/// Addresses of IPv4 with the same first bits: `10.244.0.0/16`.
///
/// @param first its lowest address
/// @param bits how many are the same
record Range(int first, int bits) {
  Range {
    if (bits < 8 || bits > 30) {
      throw new IllegalArgumentException("a range has 8 to 30 bits, not " + bits);
    }
    first &= -1 << (32 - bits);
  }

  static Optional<Range> parse(String text) {
    var parts = text.split("/", -1);
    if (parts.length != 2 || !parts[1].matches("\\d{1,2}")) {
      return Optional.empty();
    }
    int bits = Integer.parseInt(parts[1]);
    return bits < 8 || bits > 30
        ? Optional.empty()
        : number(parts[0]).map(first -> new Range(first, bits));
  }

  static Optional<Integer> number(String address) {
    var parts = address.split("\\.", -1);
    if (parts.length != 4) {
      return Optional.empty();
    }
    int all = 0;
    for (var each : parts) {
      if (!each.matches("\\d{1,3}") || Integer.parseInt(each) > 255) {
        return Optional.empty();
      }
      all = all << 8 | Integer.parseInt(each);
    }
    return Optional.of(all);
  }

  static String text(int address) {
    return (address >>> 24)
        + "."
        + (address >>> 16 & 0xff)
        + "."
        + (address >>> 8 & 0xff)
        + "."
        + (address & 0xff);
  }

  static byte[] bytes(int address) {
    return new byte[] {
      (byte) (address >>> 24), (byte) (address >>> 16), (byte) (address >>> 8), (byte) address
    };
  }

  int size() {
    return 1 << (32 - bits);
  }

  int address(int number) {
    return first + number;
  }

  boolean contains(int address) {
    return (address & -1 << (32 - bits)) == first;
  }

  boolean overlaps(Range other) {
    return contains(other.first) || other.contains(first);
  }

  /// One of the parts it falls into.
  Range part(int number, int partBits) {
    return new Range(first + (number << (32 - partBits)), partBits);
  }

  @Override
  public String toString() {
    return text(first) + "/" + bits;
  }
}
