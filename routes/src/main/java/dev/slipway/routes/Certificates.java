package dev.slipway.routes;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/// Certificates out of `kubernetes.io/tls` Secrets.
final class Certificates {
  private static final Integer DNS_NAME = 2;

  private Certificates() {}

  /// What a Secret has for some hosts, checked: one bad pair must not keep the others from being
  /// shown.
  ///
  /// @param hosts an array of names; without any, those that the certificate itself names
  /// @param problem told why there is none
  /// @return empty where the Secret is absent or has no pair that fits together
  static Optional<RouteSink.Certificate> of(
      Optional<Resource> secret, JsonNode hosts, Consumer<String> problem) {
    if (secret.isEmpty()) {
      return Optional.empty();
    }
    var found = secret.get();
    try {
      var chain = decoded(found, "tls.crt");
      var own = PemKeys.first(chain);
      var key = PemKeys.pkcs8(decoded(found, "tls.key"), own);
      List<String> names = new ArrayList<>();
      hosts.forEach(each -> names.add(each.asString("")));
      return Optional.of(
          new RouteSink.Certificate(names.isEmpty() ? namesOf(own) : names, chain, key));
    } catch (GeneralSecurityException | IllegalArgumentException malformed) {
      problem.accept("secret " + found.name() + " cannot be shown: " + malformed.getMessage());
      return Optional.empty();
    }
  }

  /// The DNS names of a certificate (RFC 5280, 4.2.1.6).
  private static List<String> namesOf(X509Certificate certificate)
      throws CertificateParsingException {
    var all = certificate.getSubjectAlternativeNames();
    var names = new ArrayList<String>();
    for (var each : all == null ? List.<List<?>>of() : all) {
      if (each.getFirst().equals(DNS_NAME) && each.get(1) instanceof String name) {
        names.add(name);
      }
    }
    return names;
  }

  /// The text under a key of a Secret; `""` where it is absent or no base64.
  static String decoded(Resource secret, String key) {
    try {
      var bytes = Base64.getDecoder().decode(Json.text(secret.tree(), "data", key));
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      return "";
    }
  }
}
