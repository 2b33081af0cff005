package dev.slipway.apiserver.access.pki;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// The names and addresses a server certificate answers to.
final class SubjectNames {
  private static final List<String> ALWAYS =
      List.of(
          "localhost",
          "kubernetes",
          "kubernetes.default",
          "kubernetes.default.svc",
          "kubernetes.default.svc.cluster.local",
          "127.0.0.1",
          "::1",
          "10.96.0.1");
  private static final Path KERNEL_HOSTNAME = Path.of("/proc/sys/kernel/hostname");

  private SubjectNames() {}

  /// Those every API server has, this machine's name, and `hosts`; a wildcard address stands for
  /// all addresses of this machine.
  static Set<String> wanted(Collection<String> hosts) {
    var names = new LinkedHashSet<String>();
    ALWAYS.forEach(each -> names.add(canonical(each)));
    hostname().ifPresent(each -> names.add(canonical(each)));
    for (String each : hosts) {
      boolean wildcard = literal(each).map(InetAddress::isAnyLocalAddress).orElse(false);
      if (wildcard) {
        names.addAll(localAddresses());
      } else if (!each.isBlank()) {
        names.add(canonical(each));
      }
    }
    return names;
  }

  static Set<String> of(X509Certificate certificate) {
    var names = new LinkedHashSet<String>();
    try {
      Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
      if (alternatives != null) {
        alternatives.forEach(each -> names.add(canonical(String.valueOf(each.get(1)))));
      }
    } catch (CertificateParsingException _) {
      return Set.of();
    }
    return names;
  }

  /// The address where the text is one; never asks a name server.
  static Optional<InetAddress> literal(String host) {
    try {
      return Optional.of(InetAddress.ofLiteral(host));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static String canonical(String host) {
    return literal(host)
        .map(InetAddress::getHostAddress)
        .map(address -> address.replaceFirst("%.*", ""))
        .orElseGet(() -> host.toLowerCase(Locale.ROOT));
  }

  private static Optional<String> hostname() {
    try {
      String name =
          Files.isReadable(KERNEL_HOSTNAME)
              ? Files.readString(KERNEL_HOSTNAME).strip()
              : InetAddress.getLocalHost().getHostName();
      return Optional.of(name)
          .filter(each -> each.matches("[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?"));
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  private static Set<String> localAddresses() {
    var addresses = new LinkedHashSet<String>();
    try {
      NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(each -> !each.isLinkLocalAddress())
          .forEach(each -> addresses.add(canonical(each.getHostAddress())));
    } catch (SocketException _) {
      return Set.of();
    }
    return addresses;
  }
}
