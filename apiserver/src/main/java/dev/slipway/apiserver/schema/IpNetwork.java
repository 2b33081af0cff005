package dev.slipway.apiserver.schema;

import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Pattern;

/// An address range in CIDR notation: `10.0.0.0/8`. Bits beyond the prefix may be set.
public record IpNetwork(IpAddress address, int prefixLength) {
  private static final Pattern LENGTH = Pattern.compile("0|[1-9][0-9]{0,2}");

  public static Optional<IpNetwork> parse(String text) {
    int slash = text.lastIndexOf('/');
    if (slash < 0 || !LENGTH.matcher(text.substring(slash + 1)).matches()) {
      return Optional.empty();
    }
    int length = Integer.parseInt(text.substring(slash + 1));
    return IpAddress.parse(text.substring(0, slash))
        .filter(address -> length <= address.width())
        .map(address -> new IpNetwork(address, length));
  }

  public boolean contains(IpAddress other) {
    return other.version() == address.version()
        && prefix(other.bits()).equals(prefix(address.bits()));
  }

  public boolean contains(IpNetwork other) {
    return prefixLength <= other.prefixLength && contains(other.address);
  }

  public IpNetwork masked() {
    int host = address.width() - prefixLength;
    return new IpNetwork(
        new IpAddress(prefix(address.bits()).shiftLeft(host), address.version()), prefixLength);
  }

  private BigInteger prefix(BigInteger bits) {
    return bits.shiftRight(address.width() - prefixLength);
  }

  @Override
  public String toString() {
    return address + "/" + prefixLength;
  }
}
