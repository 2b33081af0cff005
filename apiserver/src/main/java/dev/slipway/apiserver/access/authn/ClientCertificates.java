package dev.slipway.apiserver.access.authn;

import dev.slipway.apiserver.access.UserInfo;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/// Users by client certificate: the common name is the user, each organisation a group.
///
/// The TLS layer has proved that the client holds the key; here the certificate itself is judged:
/// signed by this authority, within its dates, made for clients.
public final class ClientCertificates {
  private static final int REMEMBERED = 1024;
  private static final String CLIENT_PURPOSE = "1.3.6.1.5.5.7.3.2";
  private static final String ANY_PURPOSE = "2.5.29.37.0";

  private final X509Certificate authority;
  private final InstantSource clock;
  private final Recent<X509Certificate, Outcome> judged = new Recent<>(REMEMBERED);

  public ClientCertificates(X509Certificate authority, InstantSource clock) {
    this.authority = authority;
    this.clock = clock;
  }

  public Outcome authenticate(X509Certificate certificate) {
    Outcome known = judged.find(certificate);
    if (known == null) {
      known = judge(certificate);
      judged.keep(certificate, known);
    }
    return known instanceof Outcome.Known && !current(certificate)
        ? new Outcome.Refused("x509: certificate has expired or is not yet valid")
        : known;
  }

  private boolean current(X509Certificate certificate) {
    Instant now = clock.instant();
    return !now.isBefore(certificate.getNotBefore().toInstant())
        && !now.isAfter(certificate.getNotAfter().toInstant());
  }

  private Outcome judge(X509Certificate certificate) {
    try {
      if (!certificate.getIssuerX500Principal().equals(authority.getSubjectX500Principal())) {
        return new Outcome.Refused("x509: certificate signed by unknown authority");
      }
      certificate.verify(authority.getPublicKey());
      if (!madeForClients(certificate)) {
        return new Outcome.Refused("x509: certificate specifies an incompatible key usage");
      }
      return user(certificate);
    } catch (GeneralSecurityException | NamingException _) {
      return new Outcome.Refused("x509: certificate signed by unknown authority");
    }
  }

  private static boolean madeForClients(X509Certificate certificate)
      throws CertificateParsingException {
    List<String> purposes = certificate.getExtendedKeyUsage();
    return purposes != null
        && (purposes.contains(CLIENT_PURPOSE) || purposes.contains(ANY_PURPOSE));
  }

  private static Outcome user(X509Certificate certificate) throws NamingException {
    var groups = new ArrayList<String>();
    String name = "";
    for (Rdn each : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
      for (var parts = each.toAttributes().getAll(); parts.hasMore(); ) {
        Attribute part = parts.next();
        switch (part.getID()) {
          case "CN" -> name = String.valueOf(part.get());
          case "O" -> groups.add(String.valueOf(part.get()));
          default -> {
            // other parts of a subject say nothing about rights
          }
        }
      }
    }
    return name.isEmpty()
        ? Outcome.ABSENT
        : new Outcome.Known(UserInfo.of(name, groups.toArray(String[]::new)), List.of());
  }
}
