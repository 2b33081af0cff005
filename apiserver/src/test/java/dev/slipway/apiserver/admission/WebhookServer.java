package dev.slipway.apiserver.admission;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.slipway.apiserver.access.pki.CertificateAuthority;
import dev.slipway.apiserver.access.pki.Identity;
import dev.slipway.base.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A webhook on the loopback, with a certificate for `127.0.0.1` and `hook.n.svc`.
final class WebhookServer implements AutoCloseable {
  private final HttpsServer server;
  private final CertificateAuthority authority;
  private volatile UnaryOperator<JsonNode> behaviour = _ -> allowed();

  /// `request` of each review, in order of arrival.
  final List<JsonNode> requests = new CopyOnWriteArrayList<>();

  WebhookServer(Path directory) throws IOException, GeneralSecurityException {
    authority =
        CertificateAuthority.open(directory, List.of("127.0.0.1", "hook.n.svc"), Instant.now());
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context(authority.server())));
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  private static SSLContext context(Identity identity)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "server", identity.key(), new char[0], new Certificate[] {identity.certificate()});
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode request = Json.parse(exchange.getRequestBody().readAllBytes()).path("request");
      requests.add(request);
      ObjectNode review =
          Json.object().put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
      ObjectNode response = (ObjectNode) behaviour.apply(request);
      response.put("uid", Json.text(request, "uid"));
      review.set("response", response);
      byte[] body = Json.bytes(review);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  static ObjectNode allowed() {
    return Json.object().put("allowed", true);
  }

  static ObjectNode patch(String operations) {
    byte[] json = operations.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return allowed()
        .put("patchType", "JSONPatch")
        .put("patch", Base64.getEncoder().encodeToString(json));
  }

  void answer(UnaryOperator<JsonNode> how) {
    behaviour = how;
  }

  InetSocketAddress address() {
    return server.getAddress();
  }

  String url() {
    return "https://127.0.0.1:" + address().getPort() + "/check";
  }

  String caBundle() {
    return Base64.getEncoder()
        .encodeToString(authority.certificatePem().getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
