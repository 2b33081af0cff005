package dev.slipway.apiserver.builtin;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// IP addresses and ranges, as `spec` fields hold them; names are never looked up.
///
/// Source: `k8s.io/apimachinery/pkg/util/validation/ip.go`.
public final class Addresses {
  private Addresses() {}

  /// The 4 or 16 bytes of an address; leading zeros are forgiven.
  public static Optional<byte[]> parse(String text) {
    return Optional.ofNullable(text.indexOf(':') >= 0 ? six(text) : four(text));
  }

  public static boolean isIpv6(String text) {
    return text.indexOf(':') >= 0 && parse(text).isPresent();
  }

  /// An address whose text is well known to be one.
  public static void judge(Field field, Collection<String> forgiven, Problems problems) {
    String text = field.text();
    if (forgiven.contains(text)) {
      return;
    }
    Optional<byte[]> address = parse(text);
    if (address.isEmpty()) {
      problems.invalidText(field, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
    } else if (hasLeadingZeros(text)) {
      problems.invalidText(field, "must not have leading 0s");
    } else if (isMapped(address.get())) {
      problems.invalidText(field, "must not be an IPv4-mapped IPv6 address");
    }
  }

  /// A range: an address, a slash, and how many leading bits count.
  public static void judgeRange(Field field, Collection<String> forgiven, Problems problems) {
    String text = field.text();
    if (forgiven.contains(text)) {
      return;
    }
    Optional<Range> range = Range.parse(text);
    if (range.isEmpty()) {
      problems.invalidText(
          field, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
    } else if (hasLeadingZeros(text.substring(0, text.indexOf('/')))
        || text.substring(text.indexOf('/') + 1).matches("0[0-9]+")) {
      problems.invalidText(field, "must not have leading 0s in IP or prefix length");
    } else if (isMapped(range.get().address)) {
      problems.invalidText(field, "must not have an IPv4-mapped IPv6 address");
    } else if (!range.get().isBare()) {
      problems.invalidText(field, "must not have bits set beyond the prefix length");
    }
  }

  /// Whether the text is an address of 127.0.0.0/8 or ::1.
  public static boolean isLoopback(String text) {
    return parse(text).map(Addresses::unmapped).filter(Addresses::isLoopback).isPresent();
  }

  private static boolean isLoopback(byte[] address) {
    return address.length == 4
        ? address[0] == 127
        : isZero(address, 0, address.length - 1) && address[15] == 1;
  }

  /// Addresses that make no sense as endpoints.
  public static void judgeEndpoint(Field field, Problems problems) {
    Optional<byte[]> parsed = parse(field.text());
    if (parsed.isEmpty()) {
      problems.invalidText(field, "must be a valid IP address");
      return;
    }
    byte[] address = unmapped(parsed.get());
    int first = address[0] & 0xff;
    int second = address[1] & 0xff;
    boolean four = address.length == 4;
    if (isZero(address, 0, address.length)) {
      problems.invalidText(field, "may not be unspecified (" + field.text() + ")");
    }
    if (isLoopback(address)) {
      problems.invalidText(field, "may not be in the loopback range (127.0.0.0/8, ::1/128)");
    }
    if (four ? first == 169 && second == 254 : first == 0xfe && (second & 0xc0) == 0x80) {
      problems.invalidText(field, "may not be in the link-local range (169.254.0.0/16, fe80::/10)");
    }
    if (four
        ? first == 224 && second == 0 && address[2] == 0
        : first == 0xff && (second & 0x0f) == 2) {
      problems.invalidText(
          field, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
    }
  }

  /// A range of addresses.
  ///
  /// @param bits how many leading bits of the address count
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Range(byte[] address, int bits) {
    public static Optional<Range> parse(String text) {
      int slash = text.indexOf('/');
      if (slash < 0 || !text.substring(slash + 1).matches("[0-9]{1,4}")) {
        return Optional.empty();
      }
      int bits = Integer.parseInt(text.substring(slash + 1));
      return Addresses.parse(text.substring(0, slash))
          .filter(address -> bits <= address.length * 8)
          .map(address -> new Range(address, bits));
    }

    /// Whether an address of the same family lies within.
    public boolean contains(byte[] other) {
      return other.length == address.length && sameBits(other);
    }

    private boolean sameBits(byte[] other) {
      for (int bit = 0; bit < bits; bit++) {
        if (bit(address, bit) != bit(other, bit)) {
          return false;
        }
      }
      return true;
    }

    private boolean isBare() {
      for (int bit = bits; bit < address.length * 8; bit++) {
        if (bit(address, bit)) {
          return false;
        }
      }
      return true;
    }

    private static boolean bit(byte[] bytes, int position) {
      return (bytes[position / 8] >> (7 - position % 8) & 1) == 1;
    }
  }

  private static boolean hasLeadingZeros(String text) {
    String last = text.substring(text.lastIndexOf(':') + 1);
    return last.indexOf('.') >= 0
        && Arrays.stream(last.split("\\.", -1)).anyMatch(each -> each.matches("0[0-9]+"));
  }

  private static boolean isMapped(byte[] address) {
    return address.length == 16 && isZero(address, 0, 10) && address[10] == -1 && address[11] == -1;
  }

  private static byte[] unmapped(byte[] address) {
    return isMapped(address) ? Arrays.copyOfRange(address, 12, 16) : address;
  }

  private static boolean isZero(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private static byte @Nullable [] four(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      return null;
    }
    byte[] address = new byte[4];
    for (int i = 0; i < 4; i++) {
      if (!parts[i].matches("[0-9]{1,6}") || Integer.parseInt(parts[i]) > 255) {
        return null;
      }
      address[i] = (byte) Integer.parseInt(parts[i]);
    }
    return address;
  }

  private static byte @Nullable [] six(String text) {
    int gap = text.indexOf("::");
    if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
      return null;
    }
    List<Byte> head = groups(gap < 0 ? text : text.substring(0, gap));
    List<Byte> tail = gap < 0 ? List.of() : groups(text.substring(gap + 2));
    if (head == null || tail == null) {
      return null;
    }
    int given = head.size() + tail.size();
    if (gap < 0 ? given != 16 : given > 14) {
      return null;
    }
    byte[] address = new byte[16];
    for (int i = 0; i < head.size(); i++) {
      address[i] = head.get(i);
    }
    for (int i = 0; i < tail.size(); i++) {
      address[16 - tail.size() + i] = tail.get(i);
    }
    return address;
  }

  private static @Nullable List<Byte> groups(String text) {
    var bytes = new ArrayList<Byte>();
    if (text.isEmpty()) {
      return bytes;
    }
    String[] parts = text.split(":", -1);
    for (int i = 0; i < parts.length; i++) {
      if (i == parts.length - 1 && parts[i].indexOf('.') >= 0) {
        byte[] four = four(parts[i]);
        if (four == null) {
          return null;
        }
        for (byte each : four) {
          bytes.add(each);
        }
      } else if (parts[i].matches("[0-9a-fA-F]{1,4}")) {
        int group = Integer.parseInt(parts[i], 16);
        bytes.add((byte) (group >> 8));
        bytes.add((byte) group);
      } else {
        return null;
      }
    }
    return bytes;
  }
}
