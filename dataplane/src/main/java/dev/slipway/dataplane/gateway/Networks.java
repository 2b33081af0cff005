package dev.slipway.dataplane.gateway;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/// Ranges of addresses in CIDR notation. Immutable.
final class Networks {
  private final List<Network> all;

  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Network(byte[] address, int bits) {
    boolean contains(byte[] other) {
      if (other.length != address.length) {
        return false;
      }
      int whole = bits / 8;
      for (int i = 0; i < whole; i++) {
        if (other[i] != address[i]) {
          return false;
        }
      }
      int rest = bits % 8;
      return rest == 0 || ((other[whole] ^ address[whole]) & (0xff00 >> rest) & 0xff) == 0;
    }
  }

  private Networks(List<Network> all) {
    this.all = all;
  }

  /// @throws IllegalArgumentException if one is malformed; it is named
  static Networks parse(List<String> texts) {
    var all = new ArrayList<Network>(texts.size());
    for (var text : texts) {
      all.add(parse(text.strip()));
    }
    return new Networks(all);
  }

  private static Network parse(String text) {
    int slash = text.indexOf('/');
    var address = literal(slash < 0 ? text : text.substring(0, slash), text);
    int most = address.length * 8;
    int bits = slash < 0 ? most : bits(text.substring(slash + 1), most);
    if (bits < 0) {
      throw malformed(text);
    }
    return new Network(address, bits);
  }

  // Only letters, digits, dots and colons of an address: a name would be looked up.
  private static byte[] literal(String address, String text) {
    boolean four = address.matches("[0-9.]+") && address.indexOf('.') > 0;
    boolean six = address.matches("[0-9a-fA-F:.]+") && address.indexOf(':') >= 0;
    if (!four && !six) {
      throw malformed(text);
    }
    try {
      return InetAddress.getByName(address).getAddress();
    } catch (UnknownHostException _) {
      throw malformed(text);
    }
  }

  private static int bits(String text, int most) {
    try {
      int bits = Integer.parseInt(text);
      return bits <= most ? bits : -1;
    } catch (NumberFormatException _) {
      return -1;
    }
  }

  private static IllegalArgumentException malformed(String text) {
    return new IllegalArgumentException(
        "\"" + text + "\" is no network (expected one like 10.0.0.0/8 or fd00::/8)");
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  boolean contain(InetAddress address) {
    var bytes = address.getAddress();
    for (var network : all) {
      if (network.contains(bytes)) {
        return true;
      }
    }
    return false;
  }

  /// The same for a text; false if it is no address.
  boolean contain(String address) {
    try {
      var bytes = literal(address, address);
      return all.stream().anyMatch(network -> network.contains(bytes));
    } catch (IllegalArgumentException _) {
      return false;
    }
  }
}
