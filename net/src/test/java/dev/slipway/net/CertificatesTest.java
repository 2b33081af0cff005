package dev.slipway.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Certificates by host name, exchanged while the server runs, beside clear text.
@Timeout(60)
class CertificatesTest {
  private final TestAuthority authority = new TestAuthority("test");

  CertificatesTest() throws Exception {}

  private ServerSettings.Tls tls(String commonName) throws Exception {
    var identity = authority.issue(commonName);
    return new ServerSettings.Tls(identity.certificatePem(), identity.keyPem(), "");
  }

  /// The name in the certificate a client that asks for `host` gets.
  private String presented(HttpServer server, String host) throws Exception {
    var sockets = authority.client(Optional.empty()).getSocketFactory();
    try (var socket = (SSLSocket) sockets.createSocket("127.0.0.1", server.port())) {
      var parameters = socket.getSSLParameters();
      if (!host.isEmpty()) {
        parameters.setServerNames(List.of(new SNIHostName(host)));
      }
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      var request = "GET /x HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .endsWith("GET /x");
      var certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      return certificate.getSubjectX500Principal().getName();
    }
  }

  private static String inClear(HttpServer server) throws IOException {
    try (var client = new RawClient(server)) {
      return client.send("GET /y HTTP/1.1\r\nhost: x\r\n\r\n").read().body();
    }
  }

  @Test
  void areChosenByTheNameAskedFor() throws Exception {
    try (var server = HttpServer.start(ServerSettings.of("127.0.0.1", 0), Handlers.TELL)) {
      server.present(Map.of("", tls("any"), "a.example", tls("a"), "*.example", tls("wild")));
      assertThat(presented(server, "a.example")).isEqualTo("CN=a");
      assertThat(presented(server, "A.Example")).isEqualTo("CN=a");
      assertThat(presented(server, "b.example")).isEqualTo("CN=wild");
      assertThat(presented(server, "c.b.example")).isEqualTo("CN=any");
      assertThat(presented(server, "")).isEqualTo("CN=any");
      assertThat(inClear(server)).isEqualTo("GET /y");
    }
  }

  @Test
  void aSpareOneIsMadeForWhoeverNoOtherFits() throws Exception {
    var asked = new AtomicInteger();
    var spare = tls("spare");
    try (var server = HttpServer.start(ServerSettings.of("127.0.0.1", 0), Handlers.TELL)) {
      server.presentOtherwise(
          () -> {
            asked.incrementAndGet();
            return spare;
          });
      assertThat(inClear(server)).isEqualTo("GET /y");
      assertThat(asked).as("nobody has needed it").hasValue(0);
      assertThat(presented(server, "")).isEqualTo("CN=spare");
      server.present(Map.of("a.example", tls("a")));
      assertThat(presented(server, "a.example")).isEqualTo("CN=a");
      assertThat(presented(server, "b.example")).isEqualTo("CN=spare");
      assertThat(presented(server, "")).isEqualTo("CN=spare");
      assertThat(asked).hasValue(1);
    }
  }

  @Test
  void canBeExchangedWhileTheServerRuns() throws Exception {
    try (var server = HttpServer.start(ServerSettings.of("127.0.0.1", 0), Handlers.TELL)) {
      assertThatThrownBy(() -> presented(server, "a.example")).isInstanceOf(IOException.class);
      server.present(Map.of("", tls("first")));
      assertThat(presented(server, "a.example")).isEqualTo("CN=first");
      var broken = new ServerSettings.Tls("no certificate", "no key", "");
      assertThatThrownBy(() -> server.present(Map.of("", broken)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(presented(server, "a.example")).isEqualTo("CN=first");
      server.present(Map.of("a.example", tls("second")));
      assertThat(presented(server, "a.example")).isEqualTo("CN=second");
      assertThatThrownBy(() -> presented(server, "b.example")).isInstanceOf(SSLException.class);
      server.present(Map.of());
      assertThatThrownBy(() -> presented(server, "a.example")).isInstanceOf(IOException.class);
      assertThat(inClear(server)).isEqualTo("GET /y");
    }
  }
}
