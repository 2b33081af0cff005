package dev.slipway.apiserver.schema;

import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/// An IPv4 or IPv6 address written in its strict textual form: no leading zeros, no zone.
/// Source: Go's `net/netip`.
///
/// @param bits the address as an unsigned number
/// @param version 4 or 6
public record IpAddress(BigInteger bits, int version) {
  private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
  private static final Pattern V4 = Pattern.compile(OCTET + "(?:\\." + OCTET + "){3}");
  private static final Pattern V6 =
      Pattern.compile("[0-9a-fA-F:]{2,39}(?:(?<=:)" + OCTET + "(?:\\." + OCTET + "){3})?");

  /// Reads an address; an IPv4 address written as IPv6 stays IPv6.
  public static Optional<IpAddress> parse(String text) {
    if (V4.matcher(text).matches()) {
      return Optional.of(of(Inet4Address.ofLiteral(text), 4));
    }
    if (!V6.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      InetAddress read = Inet6Address.ofLiteral(text);
      return read instanceof Inet4Address
          ? Optional.of(mapped(of(read, 4)))
          : Optional.of(of(read, 6));
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  public int width() {
    return version == 4 ? 32 : 128;
  }

  public boolean isMappedV4() {
    return version == 6 && bits.shiftRight(32).equals(BigInteger.valueOf(0xffff));
  }

  public boolean isUnspecified() {
    return bits.signum() == 0;
  }

  public boolean isLoopback() {
    return version == 4 ? octet(0) == 127 : bits.equals(BigInteger.ONE);
  }

  public boolean isMulticast() {
    return version == 4 ? octet(0) >> 4 == 0xe : octet(0) == 0xff;
  }

  public boolean isLinkLocalMulticast() {
    return version == 4
        ? octet(0) == 224 && octet(1) == 0 && octet(2) == 0
        : octet(0) == 0xff && (octet(1) & 0x0f) == 0x02;
  }

  public boolean isLinkLocalUnicast() {
    return version == 4
        ? octet(0) == 169 && octet(1) == 254
        : octet(0) == 0xfe && (octet(1) & 0xc0) == 0x80;
  }

  public boolean isGlobalUnicast() {
    boolean broadcast = version == 4 && bits.bitCount() == 32;
    return !broadcast
        && !isUnspecified()
        && !isLoopback()
        && !isMulticast()
        && !isLinkLocalUnicast();
  }

  private int octet(int index) {
    return bits.shiftRight(width() - 8 * (index + 1)).intValue() & 0xff;
  }

  /// The canonical form; RFC 5952 for IPv6.
  @Override
  public String toString() {
    if (version == 4) {
      return octet(0) + "." + octet(1) + "." + octet(2) + "." + octet(3);
    }
    if (isMappedV4()) {
      return "::ffff:" + octet(12) + "." + octet(13) + "." + octet(14) + "." + octet(15);
    }
    return canonical6();
  }

  private String canonical6() {
    int[] groups = new int[8];
    for (int i = 0; i < 8; i++) {
      groups[i] = (octet(2 * i) << 8) | octet(2 * i + 1);
    }
    int start = longestZeros(groups);
    int end = start < 0 ? -1 : start + zerosFrom(groups, start);
    var text = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      if (i == start) {
        text.append("::");
        i = end - 1;
        continue;
      }
      if (i > 0 && i != end) {
        text.append(':');
      }
      text.append(Integer.toHexString(groups[i]));
    }
    return text.toString();
  }

  private static int longestZeros(int[] groups) {
    int best = -1;
    int length = 1;
    for (int i = 0; i < groups.length; i++) {
      int here = zerosFrom(groups, i);
      if (here > length) {
        best = i;
        length = here;
      }
    }
    return best;
  }

  private static int zerosFrom(int[] groups, int start) {
    int end = start;
    while (end < groups.length && groups[end] == 0) {
      end++;
    }
    return end - start;
  }

  private static IpAddress of(InetAddress address, int version) {
    return new IpAddress(new BigInteger(1, address.getAddress()), version);
  }

  private static IpAddress mapped(IpAddress v4) {
    return new IpAddress(v4.bits.add(BigInteger.valueOf(0xffff).shiftLeft(32)), 6);
  }
}
