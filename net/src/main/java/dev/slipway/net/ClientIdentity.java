package dev.slipway.net;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509TrustManager;

/// The certificate chain a client presented in the handshake, judged when first asked for.
///
/// The handshake lets any chain pass, so that a client with a stranger's certificate gets an
/// answer it understands instead of a TLS alert.
final class ClientIdentity {
  private sealed interface Verdict {
    record Accepted(X509Certificate certificate) implements Verdict {}

    record Rejected(String reason) implements Verdict {}
  }

  private final X509Certificate[] chain;
  private final X509TrustManager authorities;
  private Optional<Verdict> verdict = Optional.empty(); // guarded by this

  private ClientIdentity(X509Certificate[] chain, X509TrustManager authorities) {
    this.chain = chain;
    this.authorities = authorities;
  }

  /// Empty if the client presented nothing.
  static Optional<ClientIdentity> of(SSLSession session, X509TrustManager authorities) {
    try {
      var chain =
          Stream.of(session.getPeerCertificates())
              .filter(X509Certificate.class::isInstance)
              .map(X509Certificate.class::cast)
              .toArray(X509Certificate[]::new);
      return chain.length == 0
          ? Optional.empty()
          : Optional.of(new ClientIdentity(chain, authorities));
    } catch (SSLPeerUnverifiedException _) {
      return Optional.empty();
    }
  }

  /// The client's own certificate, if an authority of ours vouches for it now.
  Optional<X509Certificate> certificate() {
    return judged() instanceof Verdict.Accepted(var certificate)
            && problemNow(certificate).isEmpty()
        ? Optional.of(certificate)
        : Optional.empty();
  }

  /// Why the presented certificate is not accepted; empty if it is.
  Optional<String> problem() {
    return switch (judged()) {
      case Verdict.Accepted(var certificate) -> problemNow(certificate);
      case Verdict.Rejected(var reason) -> Optional.of(reason);
    };
  }

  private synchronized Verdict judged() {
    var judged = verdict.orElseGet(this::judge);
    verdict = Optional.of(judged);
    return judged;
  }

  private Verdict judge() {
    try {
      authorities.checkClientTrusted(chain, chain[0].getPublicKey().getAlgorithm());
      return new Verdict.Accepted(chain[0]);
    } catch (GeneralSecurityException | IllegalArgumentException problem) {
      return new Verdict.Rejected("x509: " + problem.getMessage());
    }
  }

  // A connection may outlive the certificate it was opened with.
  private static Optional<String> problemNow(X509Certificate certificate) {
    try {
      certificate.checkValidity();
      return Optional.empty();
    } catch (GeneralSecurityException problem) {
      return Optional.of("x509: " + problem.getMessage());
    }
  }
}
