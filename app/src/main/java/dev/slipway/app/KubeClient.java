package dev.slipway.app;

import dev.slipway.base.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// The little of a Kubernetes client that the commands for people without kubectl need.
final class KubeClient {
  /// A resource as discovery names it.
  record Found(String group, String version, String plural, String kind, boolean namespaced) {
    String path(String namespace, String name) {
      String root = group.isEmpty() ? "/api/" + version : "/apis/" + group + "/" + version;
      String scope = namespaced && !namespace.isEmpty() ? "/namespaces/" + namespace : "";
      return root + scope + "/" + plural + (name.isEmpty() ? "" : "/" + name);
    }

    /// As kubectl prints it: `deployment.apps/web`.
    String label(String name) {
      String lower = kind.toLowerCase(java.util.Locale.ROOT);
      return (group.isEmpty() ? lower : lower + "." + group) + "/" + name;
    }
  }

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  private final HttpClient http;
  private final URI server;
  private final String token;
  private final Consumer<String> warnings;

  private KubeClient(HttpClient http, URI server, String token, Consumer<String> warnings) {
    this.http = http;
    this.server = server;
    this.token = token;
    this.warnings = warnings;
  }

  /// Connects as the first user of a kubeconfig, to its first cluster.
  ///
  /// @param warnings told each `Warning:` the server sends
  /// @throws UserException where the file is missing or says too little
  static KubeClient of(Path kubeconfig, Consumer<String> warnings) throws IOException {
    if (!Files.isReadable(kubeconfig)) {
      throw new UserException(
          "no kubeconfig at " + kubeconfig + "; start Slipway once with: slipway up");
    }
    JsonNode config = new YAMLMapper().readTree(Files.readAllBytes(kubeconfig));
    JsonNode cluster = config.path("clusters").path(0).path("cluster");
    JsonNode user = config.path("users").path(0).path("user");
    String server = Json.text(cluster, "server");
    String authority = Json.text(cluster, "certificate-authority-data");
    if (server.isEmpty() || authority.isEmpty()) {
      throw new UserException(kubeconfig + " names no cluster with a server and a CA certificate");
    }
    HttpClient http =
        HttpClient.newBuilder()
            .sslContext(trusting(Base64.getDecoder().decode(authority)))
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
    return new KubeClient(http, URI.create(server), Json.text(user, "token"), warnings);
  }

  /// Finds a resource by kind, plural, singular or short name, `name.group` included.
  ///
  /// @throws UserException where the server has none
  Found find(String word) throws IOException, InterruptedException {
    String wanted = word.toLowerCase(java.util.Locale.ROOT);
    for (JsonNode group : discovery()) {
      for (JsonNode version : group.path("versions")) {
        for (JsonNode each : version.path("resources")) {
          if (answersTo(each, Json.text(group, "metadata", "name"), wanted)) {
            return found(group, version, each);
          }
        }
      }
    }
    throw new UserException("the server doesn't have a resource type \"" + word + "\"");
  }

  /// Finds the resource of a manifest's kind.
  Optional<Found> find(String apiVersion, String kind) throws IOException, InterruptedException {
    for (JsonNode group : discovery()) {
      String name = Json.text(group, "metadata", "name");
      for (JsonNode version : group.path("versions")) {
        String written = (name.isEmpty() ? "" : name + "/") + Json.text(version, "version");
        for (JsonNode each : version.path("resources")) {
          if (written.equals(apiVersion) && Json.text(each, "responseKind", "kind").equals(kind)) {
            return Optional.of(found(group, version, each));
          }
        }
      }
    }
    return Optional.empty();
  }

  private List<JsonNode> discovery() throws IOException, InterruptedException {
    var groups = new ArrayList<JsonNode>();
    for (String root : List.of("/api", "/apis")) {
      HttpRequest request =
          request(root)
              .header(
                  "accept", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList")
              .build();
      judged(send(request)).path("items").forEach(groups::add);
    }
    return groups;
  }

  private static boolean answersTo(JsonNode resource, String group, String wanted) {
    String plural = Json.text(resource, "resource");
    boolean direct =
        plural.equals(wanted)
            || (plural + "." + group).equals(wanted)
            || Json.text(resource, "singularResource").equals(wanted)
            || Json.text(resource, "responseKind", "kind").equalsIgnoreCase(wanted);
    return direct
        || resource
            .path("shortNames")
            .valueStream()
            .anyMatch(each -> each.asString("").equals(wanted));
  }

  private static Found found(JsonNode group, JsonNode version, JsonNode resource) {
    return new Found(
        Json.text(group, "metadata", "name"),
        Json.text(version, "version"),
        Json.text(resource, "resource"),
        Json.text(resource, "responseKind", "kind"),
        Json.text(resource, "scope").equals("Namespaced"));
  }

  /// @throws UserException with the server's message where it refuses
  JsonNode get(String path, String accept) throws IOException, InterruptedException {
    return judged(send(request(path).header("accept", accept).build()));
  }

  /// Server-side apply; forced, since whoever runs the command means it.
  ///
  /// @return `created`, `configured` or `unchanged`
  String apply(Found resource, String namespace, ObjectNode object)
      throws IOException, InterruptedException {
    String name = Json.text(object, "metadata", "name");
    String path = resource.path(namespace, name);
    HttpResponse<InputStream> before = send(request(path).build());
    String had = Json.text(parse(before), "metadata", "resourceVersion");
    HttpRequest request =
        request(path + "?fieldManager=slipway&force=true&fieldValidation=Strict")
            .header("content-type", "application/apply-patch+yaml")
            .method("PATCH", HttpRequest.BodyPublishers.ofByteArray(Json.bytes(object)))
            .build();
    HttpResponse<InputStream> response = send(request);
    JsonNode after = judged(response);
    if (response.statusCode() == 201) {
      return "created";
    }
    return Json.text(after, "metadata", "resourceVersion").equals(had) ? "unchanged" : "configured";
  }

  /// @throws UserException with the server's message where it refuses
  void delete(String path) throws IOException, InterruptedException {
    judged(send(request(path + "?propagationPolicy=Background").DELETE().build()));
  }

  /// The body as it arrives, for logs.
  InputStream stream(String path) throws IOException, InterruptedException {
    HttpResponse<InputStream> response = send(request(path).build());
    if (response.statusCode() >= 300) {
      judged(response);
    }
    return response.body();
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.resolve(path)).header("user-agent", "slipway/cli");
    return token.isEmpty() ? request : request.header("authorization", "Bearer " + token);
  }

  private HttpResponse<InputStream> send(HttpRequest request)
      throws IOException, InterruptedException {
    HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
    response.headers().allValues("warning").stream().map(KubeClient::warning).forEach(warnings);
    return response;
  }

  private static String warning(String header) {
    int open = header.indexOf('"');
    int close = header.lastIndexOf('"');
    return open < 0 || close <= open
        ? header
        : header.substring(open + 1, close).replaceAll("\\\\(.)", "$1");
  }

  private static JsonNode parse(HttpResponse<InputStream> response) throws IOException {
    try (InputStream body = response.body()) {
      return Json.parse(body.readAllBytes());
    }
  }

  private static JsonNode judged(HttpResponse<InputStream> response) throws IOException {
    JsonNode body = parse(response);
    if (response.statusCode() >= 300) {
      String reason = Json.text(body, "reason");
      throw new UserException(
          "Error from server"
              + (reason.isEmpty() ? "" : " (" + reason + ")")
              + ": "
              + Json.text(body, "message"));
    }
    return body;
  }

  private static SSLContext trusting(byte[] pem) {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (Certificate each :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem))) {
        store.setCertificateEntry("ca" + number++, each);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException unusable) {
      throw new UserException(
          "the kubeconfig's CA certificate cannot be used: " + unusable.getMessage());
    }
  }
}
