package dev.slipway.apiserver.access.pki;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// This installation's certificate authority and what it has signed: EC P-256 throughout, kept in
/// `pki/` of the data directory with mode 0600.
///
/// [#open] makes what is missing and renews what is expired, near expiry, signed by another
/// authority or (the server's) lacks a name; otherwise it only reads five small files. A file that
/// is there but damaged is refused by name rather than replaced: replacing the authority would lock
/// out everyone who trusts it.
public final class CertificateAuthority {
  static final Duration AUTHORITY_VALIDITY = Duration.ofDays(3650);
  static final Duration LEAF_VALIDITY = Duration.ofDays(365);
  static final Duration RENEW_BEFORE = Duration.ofDays(30);

  private static final String SIGNER_KEY = "2.5.29.35";
  private static final String OWN_KEY = "2.5.29.14";
  private static final int KEY_IDENTIFIER_BYTES = 20;

  private static final String ADMIN = "kubernetes-admin";
  private static final List<String> ADMIN_GROUPS = List.of("system:masters");

  private final Identity authority;
  private final Identity server;
  private final Identity admin;
  private final KeyPair serviceAccountKeys;

  private CertificateAuthority(
      Identity authority, Identity server, Identity admin, KeyPair serviceAccountKeys) {
    this.authority = authority;
    this.server = server;
    this.admin = admin;
    this.serviceAccountKeys = serviceAccountKeys;
  }

  /// @param dataDirectory made where absent
  /// @param hosts names and addresses the server certificate must answer to beyond the usual ones,
  ///     the bind address above all
  /// @throws PkiException if a file is damaged or the directory cannot be written
  public static CertificateAuthority open(
      Path dataDirectory, Collection<String> hosts, Instant now) {
    Path pki = dataDirectory.resolve("pki");
    Identity authority =
        load(pki, "ca")
            .filter(found -> lasts(found, now))
            .orElseGet(
                () ->
                    store(
                        pki,
                        "ca",
                        CertificateMaker.authority("slipway-ca", now, AUTHORITY_VALIDITY)));
    Instant end = now.plus(LEAF_VALIDITY);
    Set<String> names = SubjectNames.wanted(hosts);
    Identity server =
        current(pki, "apiserver", authority, now)
            .filter(found -> SubjectNames.of(found.certificate()).containsAll(names))
            .orElseGet(
                () -> store(pki, "apiserver", CertificateMaker.server(authority, names, now, end)));
    Identity admin =
        current(pki, "admin", authority, now)
            .orElseGet(
                () ->
                    store(
                        pki,
                        "admin",
                        CertificateMaker.client(authority, ADMIN, ADMIN_GROUPS, now, end)));
    return new CertificateAuthority(authority, server, admin, signingKeys(pki));
  }

  /// A certificate that nobody has reason to trust, signed by itself: for those who come without
  /// having said whom they want. Nothing is kept.
  public static Identity selfSigned(String name, Instant now) {
    return CertificateMaker.authority(name, now, LEAF_VALIDITY);
  }

  /// The authority's certificate: what clients trust, and what client certificates must be signed
  /// by.
  public X509Certificate certificate() {
    return authority.certificate();
  }

  public String certificatePem() {
    return authority.certificatePem();
  }

  /// What the API port presents.
  public Identity server() {
    return server;
  }

  /// A client certificate with all rights (`O=system:masters`).
  public Identity admin() {
    return admin;
  }

  /// What service-account tokens are signed with.
  public KeyPair serviceAccountKeys() {
    return serviceAccountKeys;
  }

  /// Signs a new client certificate; nothing is kept.
  public Identity issueClient(String user, List<String> groups, Instant from, Instant until) {
    return CertificateMaker.client(authority, user, groups, from, until);
  }

  private static Optional<Identity> current(
      Path pki, String name, Identity authority, Instant now) {
    return load(pki, name)
        .filter(found -> lasts(found, now))
        .filter(found -> !found.certificate().getNotBefore().toInstant().isAfter(now))
        .filter(found -> signedBy(found.certificate(), authority.certificate()));
  }

  private static boolean lasts(Identity found, Instant now) {
    return found.certificate().getNotAfter().toInstant().isAfter(now.plus(RENEW_BEFORE));
  }

  /// Whether the certificate names the authority's key as its signer's. The files are this
  /// process's own, so the signature itself, which costs most of a cold start, is not computed.
  private static boolean signedBy(X509Certificate certificate, X509Certificate authority) {
    byte[] signer = certificate.getExtensionValue(SIGNER_KEY);
    byte[] own = authority.getExtensionValue(OWN_KEY);
    return signer != null
        && own != null
        && Arrays.equals(keyIdentifier(signer), keyIdentifier(own));
  }

  /// A SHA-1 hash at the end of both extensions.
  private static byte[] keyIdentifier(byte[] extension) {
    return Arrays.copyOfRange(
        extension, Math.max(0, extension.length - KEY_IDENTIFIER_BYTES), extension.length);
  }

  private static Optional<Identity> load(Path pki, String name) {
    Path certificateFile = pki.resolve(name + ".crt");
    Path keyFile = pki.resolve(name + ".key");
    Optional<String> certificate = PrivateFile.read(certificateFile);
    Optional<String> key = PrivateFile.read(keyFile);
    if (certificate.isEmpty() || key.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Identity(
            parsed(certificateFile, certificate.get(), Pem::certificate),
            parsed(keyFile, key.get(), Pem::privateKey)));
  }

  /// In this order a crash never leaves a certificate beside another one's key.
  private static Identity store(Path pki, String name, Identity made) {
    PrivateFile.remove(pki.resolve(name + ".crt"));
    PrivateFile.write(pki.resolve(name + ".key"), made.keyPem());
    PrivateFile.write(pki.resolve(name + ".crt"), made.certificatePem());
    return made;
  }

  private static KeyPair signingKeys(Path pki) {
    Path privateFile = pki.resolve("sa.key");
    Path publicFile = pki.resolve("sa.pub");
    Optional<String> secret = PrivateFile.read(privateFile);
    Optional<String> open = PrivateFile.read(publicFile);
    if (secret.isPresent() && open.isPresent()) {
      return new KeyPair(
          parsed(publicFile, open.get(), Pem::publicKey),
          parsed(privateFile, secret.get(), Pem::privateKey));
    }
    try {
      KeyPair made = CertificateMaker.keys();
      PrivateFile.write(publicFile, Pem.of(made.getPublic()));
      PrivateFile.write(privateFile, Pem.of(made.getPrivate()));
      return made;
    } catch (GeneralSecurityException e) {
      throw new PkiException("cannot make the service-account signing key", e);
    }
  }

  private static <T> T parsed(Path file, String pem, Parser<T> parser) {
    try {
      return parser.parse(pem);
    } catch (GeneralSecurityException e) {
      throw new PkiException(file, "damaged (remove it to have a new one made)", e);
    }
  }

  @FunctionalInterface
  private interface Parser<T> {
    T parse(String pem) throws GeneralSecurityException;
  }
}
