package dev.slipway.apiserver.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.slipway.apiserver.cel.Functions.Parameter;
import dev.slipway.apiserver.schema.IpAddress;
import dev.slipway.apiserver.schema.IpNetwork;
import java.util.function.Predicate;

/// Addresses and networks. Source: `k8s.io/apiserver/pkg/cel/library/ip.go`, `cidr.go`.
@SuppressWarnings("Immutable") // the predicates are pure
final class IpLibrary {
  private static final Parameter<IpAddress> IP = Parameter.opaque("net.IP", IpAddress.class);
  private static final Parameter<IpNetwork> CIDR = Parameter.opaque("net.CIDR", IpNetwork.class);

  private IpLibrary() {}

  static void add(Functions functions) {
    addresses(functions);
    networks(functions);
  }

  private static void addresses(Functions functions) {
    CelType bool = SimpleType.BOOL;
    var string = Functions.STRING;
    functions.global("ip", "string_to_ip", IP.type(), string, IpLibrary::address);
    functions.global("isIP", "is_ip", bool, string, IpLibrary::isAddress);
    functions.global(
        "ip.isCanonical",
        "ip_is_canonical",
        bool,
        string,
        text -> address(text).toString().equals(text));
    functions.global("string", "ip_to_string", SimpleType.STRING, IP, IpAddress::toString);
    functions.member("family", "ip_family", SimpleType.INT, IP, each -> (long) each.version());
    trait(functions, "isUnspecified", "ip_is_unspecified", IpAddress::isUnspecified);
    trait(functions, "isLoopback", "ip_is_loopback", IpAddress::isLoopback);
    trait(
        functions,
        "isLinkLocalMulticast",
        "ip_is_link_local_multicast",
        IpAddress::isLinkLocalMulticast);
    trait(
        functions, "isLinkLocalUnicast", "ip_is_link_local_unicast", IpAddress::isLinkLocalUnicast);
    trait(functions, "isGlobalUnicast", "ip_is_global_unicast", IpAddress::isGlobalUnicast);
  }

  private static void trait(
      Functions functions, String name, String id, Predicate<IpAddress> holds) {
    functions.member(name, id, SimpleType.BOOL, IP, holds::test);
  }

  private static void networks(Functions functions) {
    CelType bool = SimpleType.BOOL;
    var string = Functions.STRING;
    functions.global("cidr", "string_to_cidr", CIDR.type(), string, IpLibrary::network);
    functions.global("isCIDR", "is_cidr", bool, string, IpLibrary::isNetwork);
    functions.global("string", "cidr_to_string", SimpleType.STRING, CIDR, IpNetwork::toString);
    functions.member(
        "containsIP",
        "cidr_contains_ip_string",
        bool,
        CIDR,
        string,
        (net, ip) -> net.contains(address(ip)));
    functions.member(
        "containsIP", "cidr_contains_ip_ip", bool, CIDR, IP, (net, ip) -> net.contains(ip));
    functions.member(
        "containsCIDR",
        "cidr_contains_cidr_string",
        bool,
        CIDR,
        string,
        (net, other) -> net.contains(network(other)));
    functions.member(
        "containsCIDR",
        "cidr_contains_cidr",
        bool,
        CIDR,
        CIDR,
        (net, other) -> net.contains(other));
    functions.member("ip", "cidr_ip", IP.type(), CIDR, IpNetwork::address);
    functions.member(
        "prefixLength",
        "cidr_prefix_length",
        SimpleType.INT,
        CIDR,
        each -> (long) each.prefixLength());
    functions.member("masked", "cidr_masked", CIDR.type(), CIDR, IpNetwork::masked);
  }

  private static boolean isAddress(String text) {
    return IpAddress.parse(text).filter(each -> !each.isMappedV4()).isPresent();
  }

  private static boolean isNetwork(String text) {
    return IpNetwork.parse(text).filter(each -> !each.address().isMappedV4()).isPresent();
  }

  private static IpAddress address(String text) {
    IpAddress read =
        IpAddress.parse(text)
            .orElseThrow(
                () ->
                    Functions.failure(
                        "IP Address \"%s\" parse error during conversion from string: ParseAddr(\"%s\"): unable to parse IP"
                            .formatted(text, text)));
    if (read.isMappedV4()) {
      throw Functions.failure("IPv4-mapped IPv6 address \"%s\" is not allowed".formatted(text));
    }
    return read;
  }

  private static IpNetwork network(String text) {
    IpNetwork read =
        IpNetwork.parse(text)
            .orElseThrow(
                () ->
                    Functions.failure(
                        "network address parse error during conversion from string: netip.ParsePrefix(\"%s\")"
                            .formatted(text)));
    if (read.address().isMappedV4()) {
      throw Functions.failure("IPv4-mapped IPv6 address \"%s\" is not allowed".formatted(text));
    }
    return read;
  }
}
