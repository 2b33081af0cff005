package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Certificates out of Secrets, shown at the gateway's one port by the name a client asks for.
final class TlsJourneyTest {
  private static final GatewayStage STAGE = GatewayStage.get();
  private static final String PASSWORD = "changeit";
  private static final SSLContext TRUSTING = trusting();

  @TempDir static Path directory;

  /// A pair in files, as `kubectl create secret tls` takes it.
  private record Pair(X509Certificate certificate, Path chain, Path key) {}

  private static Pair pair(String name, String algorithm) throws Exception {
    var store = directory.resolve(name + ".p12");
    var command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin/keytool").toString()));
    command.addAll(List.of("-genkeypair", "-keyalg", algorithm, "-dname", "CN=" + name));
    command.addAll(List.of("-ext", "san=dns:" + name + ".example.com"));
    command.addAll(List.of("-alias", "own", "-storetype", "PKCS12", "-storepass", PASSWORD));
    command.addAll(List.of("-keystore", store.toString()));
    var made = Commands.run(command, Map.of(), "");
    assertThat(made.ok()).as(made::toString).isTrue();
    var keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    var certificate = (X509Certificate) keys.getCertificate("own");
    var key = keys.getKey("own", PASSWORD.toCharArray());
    return new Pair(
        certificate,
        pem(name + ".crt", "CERTIFICATE", certificate.getEncoded()),
        pem(name + ".key", "PRIVATE KEY", key.getEncoded()));
  }

  private static Path pem(String file, String what, byte[] der) throws Exception {
    var text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    var whole = "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n";
    return Files.writeString(directory.resolve(file), whole, StandardCharsets.US_ASCII);
  }

  private static String secret(Kubectl in, String name, Pair pair) {
    return in.ok(
        "create",
        "secret",
        "tls",
        name,
        "--cert=" + pair.chain(),
        "--key=" + pair.key(),
        "--dry-run=client",
        "-o",
        "yaml");
  }

  private static String ingress(String name) {
    return GatewayStage.ingress(name, name + ".example.com", "one")
        + "  tls: [{hosts: ["
        + name
        + ".example.com], secretName: "
        + name
        + "}]\n";
  }

  @Test
  void certificatesOfSecretsAreShownByNameAndFollowThem() throws Exception {
    var in = STAGE.programsNamespace();
    var blue = pair("blue", "EC");
    var green = pair("green", "RSA");
    in.apply(ingress("blue") + "---\n" + ingress("green") + "---\n" + ingress("broken"));
    in.apply(secret(in, "blue", blue));
    in.ok("create", "secret", "generic", "broken", "--from-literal=tls.crt=x");
    in.apply(secret(in, "green", green));
    awaitShown("blue.example.com", blue.certificate());
    awaitShown("green.example.com", green.certificate());

    var reply = get("blue.example.com");
    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(PlatformModels.json(reply.body()).at("/headers/x-forwarded-proto").asString())
        .isEqualTo("https");
    try (var calls =
        H2Flood.overTls(() -> http2("blue.example.com"), "blue.example.com", "/name")) {
      calls.send(3);
      await().atMost(GatewayStage.PATIENCE).until(() -> calls.answered() == 3);
      assertThat(calls.count("{\"name\": \"one\"}")).isEqualTo(3);
    }
    var clear = STAGE.send(STAGE.to("blue.example.com", "/a?b=c"));
    assertThat(clear.statusCode()).as("without TLS").isEqualTo(308);
    assertThat(clear.headers().firstValue("location")).contains("https://blue.example.com/a?b=c");

    var next = pair("next", "EC");
    in.apply(secret(in, "blue", next));
    awaitShown("blue.example.com", next.certificate());
    awaitShown("green.example.com", green.certificate());
    assertThat(get("blue.example.com").statusCode()).isEqualTo(200);
  }

  private static void awaitShown(String host, X509Certificate certificate) {
    await()
        .atMost(GatewayStage.PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(shown(host)).isEqualTo(certificate));
  }

  /// As ingress-nginx: a certificate of nobody's, and the request is answered.
  @Test
  void whoNamesNoHostWithACertificateSeesASpareOne() throws Exception {
    assertThat(shown("nobody.example.org").getSubjectX500Principal().getName())
        .isEqualTo("CN=slipway default certificate");
    var address = STAGE.address();
    try (var socket =
        (SSLSocket) TRUSTING.getSocketFactory().createSocket("127.0.0.1", address.getPort())) {
      socket.startHandshake();
      var certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      assertThat(certificate.getSubjectX500Principal().getName())
          .isEqualTo("CN=slipway default certificate");
    }
  }

  private static X509Certificate shown(String host) throws Exception {
    try (var socket = secured(host)) {
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
  }

  private static SSLSocket http2(String host) throws IOException {
    var socket = secured(host, "h2", "http/1.1");
    assertThat(socket.getApplicationProtocol()).isEqualTo("h2");
    return socket;
  }

  private static SSLSocket secured(String host, String... protocols) throws IOException {
    var address = STAGE.address();
    var clear = new Socket(address.getAddress(), address.getPort());
    var socket =
        (SSLSocket) TRUSTING.getSocketFactory().createSocket(clear, host, address.getPort(), true);
    var parameters = named(host);
    parameters.setApplicationProtocols(protocols);
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  private static SSLParameters named(String host) {
    var parameters = new SSLParameters();
    parameters.setServerNames(List.of(new SNIHostName(host)));
    return parameters;
  }

  private static HttpResponse<String> get(String host) throws Exception {
    try (var client =
        HttpClient.newBuilder()
            .sslContext(TRUSTING)
            .sslParameters(named(host))
            .version(HttpClient.Version.HTTP_1_1)
            .build()) {
      var request =
          HttpRequest.newBuilder(STAGE.uri("https", "/"))
              .header("host", host)
              .timeout(Duration.ofSeconds(60));
      return client.send(request.build(), BodyHandlers.ofString());
    }
  }

  /// What is shown is compared by the test itself.
  private static SSLContext trusting() {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Anyone()}, null);
      return context;
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static final class Anyone extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
