package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `slipway serve` and `slipway up --model` with models that lie behind credentials. The model
/// answers `2 a + 1`.
final class ServeStoresTest {
  private static final String MODEL =
      """
      <PMML version="4.4" xmlns="http://www.dmg.org/PMML-4_4"><Header/>
        <DataDictionary><DataField name="a" optype="continuous" dataType="double"/>
          <DataField name="y" optype="continuous" dataType="double"/></DataDictionary>
        <RegressionModel functionName="regression">
          <MiningSchema><MiningField name="a"/><MiningField name="y" usageType="target"/></MiningSchema>
          <RegressionTable intercept="1"><NumericPredictor name="a" coefficient="2"/></RegressionTable>
        </RegressionModel></PMML>
      """;
  private static final String PASSWORD = "changeit";

  @TempDir private Path directory;
  private final SigningBucket bucket = new SigningBucket();
  private final List<HttpServer> stores = new ArrayList<>();
  private final List<ServeJourneyTest.ServeProcess> running = new ArrayList<>();

  @BeforeEach
  void fill() {
    bucket.objects.put("line/model.pmml", MODEL);
  }

  @AfterEach
  void end() throws Exception {
    for (var each : running) {
      each.stop();
    }
    stores.forEach(each -> each.stop(0));
  }

  @Test
  void signsWithTheKeysOfTheEnvironment() throws Exception {
    var served = serve(s3Environment(), "line=s3://models/line");
    assertThat(predicted(served, "line")).contains("5.0").contains("7.0");
  }

  @Test
  void readsAStorageConfigAsTheInitializerDoes() throws Exception {
    var entry =
        "{\"type\":\"s3\",\"access_key_id\":\"%s\",\"secret_access_key\":\"%s\",\"endpoint_url\":\"%s\"}"
            .formatted(SigningBucket.KEY, "overridden", store(bucket));
    var over = "{\"secret_access_key\":\"%s\"}".formatted(SigningBucket.SECRET);
    var environment =
        Map.of(
            "STORAGE_CONFIG", entry,
            "STORAGE_OVERRIDE_CONFIG", over,
            "AWS_ACCESS_KEY_ID", "of somebody else");
    assertThat(predicted(serve(environment, "line=s3://models/line"), "line")).contains("5.0");
  }

  @Test
  void readsASecretsManifestAndAMountedSecret() throws Exception {
    var manifest =
        """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: sa}
        secrets: [{name: minio}]
        ---
        apiVersion: v1
        kind: Secret
        metadata:
          name: minio
          annotations:
            serving.kserve.io/s3-endpoint: %s
            serving.kserve.io/s3-usehttps: "0"
        stringData:
          AWS_ACCESS_KEY_ID: %s
          AWS_SECRET_ACCESS_KEY: %s
        """
            .formatted(store(bucket).getAuthority(), SigningBucket.KEY, SigningBucket.SECRET);
    var file = Files.writeString(directory.resolve("minio.yaml"), manifest);
    var mounted = Files.createDirectory(directory.resolve("mounted"));
    var web = store(ServeStoresTest::header);
    Files.writeString(mounted.resolve("https-host"), web.getAuthority());
    Files.writeString(mounted.resolve("headers"), "X-Key: open sesame\n");
    var served =
        serve(
            Map.of(),
            "--credentials",
            file.toString(),
            "--credentials",
            mounted.toString(),
            "line=s3://models/line",
            "web=" + web + "/line.pmml");
    assertThat(predicted(served, "line")).contains("5.0");
    assertThat(predicted(served, "web")).contains("5.0");
  }

  private static void header(HttpExchange exchange) throws IOException {
    boolean known = "open sesame".equals(exchange.getRequestHeaders().getFirst("X-Key"));
    plain(exchange, known ? 200 : 401);
  }

  private static void plain(HttpExchange exchange, int status) throws IOException {
    var body = (status == 200 ? MODEL : "who?").getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.getResponseHeaders().set("content-type", "application/octet-stream");
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Test
  void saysWhoRefusedAndShowsNoSecret() throws Exception {
    var environment = new HashMap<>(s3Environment());
    environment.put("AWS_SECRET_ACCESS_KEY", "hush-hush");
    var refused = run(environment, "serve", "--port", "0", "line=s3://models/line");
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.err())
        .contains("line: s3://models/line", "403 (SignatureDoesNotMatch")
        .doesNotContain("hush-hush");
  }

  @Test
  void saysWhichCredentialIsWrong() {
    var variable =
        run(
            Map.of("GOOGLE_APPLICATION_CREDENTIALS", directory + "/none.json"),
            "serve",
            "gs://models/line");
    assertThat(variable.err()).contains("GOOGLE_APPLICATION_CREDENTIALS", "none.json");
    var file = run(Map.of(), "serve", "--credentials", directory + "/none", "line.pmml");
    assertThat(file.err()).contains("--credentials: " + directory + "/none: no such file");
  }

  @Test
  void trustsTheAuthoritiesOfABundle() throws Exception {
    var keys = directory.resolve("store.p12");
    var bundle = directory.resolve("bundle.pem");
    keytool("-genkeypair", "-keyalg", "EC", "-dname", "CN=store", "-ext", "san=ip:127.0.0.1", keys);
    keytool("-exportcert", "-rfc", "-file", bundle.toString(), keys);
    var source = "line=" + tlsStore(keys) + "/line.pmml";
    var served = serve(Map.of("REQUESTS_CA_BUNDLE", bundle.toString()), source);
    assertThat(predicted(served, "line")).contains("5.0");
    var refused =
        run(Map.of(), "serve", "--port", "0", "--cache-dir", directory + "/other", source);
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.err()).contains("line: https://", "certificate is not trusted");
  }

  private static void keytool(Object... arguments) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    Arrays.stream(arguments)
        .limit(arguments.length - 1L)
        .map(String::valueOf)
        .forEach(command::add);
    command.addAll(List.of("-alias", "store", "-storetype", "PKCS12", "-storepass", PASSWORD));
    command.addAll(List.of("-keystore", arguments[arguments.length - 1].toString()));
    var made = Commands.run(command, Map.of(), "");
    assertThat(made.ok()).as(made.toString()).isTrue();
  }

  private String tlsStore(Path keys) throws Exception {
    var store = KeyStore.getInstance(keys.toFile(), PASSWORD.toCharArray());
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, PASSWORD.toCharArray());
    var context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    var server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext("/", exchange -> plain(exchange, 200));
    server.start();
    stores.add(server);
    return "https://127.0.0.1:" + server.getAddress().getPort();
  }

  @Test
  void upServesTheModelBesideOneThatCannotBeHad() throws Exception {
    var good = Files.writeString(directory.resolve("line.pmml"), MODEL);
    var up =
        ServeJourneyTest.ServeProcess.start(
            Map.of(),
            "export KUBECONFIG",
            "up",
            "--port",
            "0",
            "--api-port",
            "0",
            "--data",
            directory.resolve("data").toString(),
            "--model",
            "missing=" + directory + "/none.pmml",
            "--model",
            "line=" + good);
    running.add(up);
    var front =
        up.output().lines().filter(each -> each.contains("gateway")).findFirst().orElseThrow();
    var base = front.replaceAll(".*(http://\\S+).*", "$1");
    await().untilAsserted(() -> assertThat(predictedAt(base, "line")).contains("5.0"));
    await()
        .untilAsserted(
            () ->
                assertThat(up.output())
                    .contains("slipway: missing: " + directory + "/none.pmml: no such file"));
  }

  private Map<String, String> s3Environment() throws IOException {
    return Map.of(
        "AWS_ACCESS_KEY_ID", SigningBucket.KEY,
        "AWS_SECRET_ACCESS_KEY", SigningBucket.SECRET,
        "AWS_ENDPOINT_URL", store(bucket).toString());
  }

  private URI store(HttpHandler handler) throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", handler);
    server.start();
    stores.add(server);
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private ServeJourneyTest.ServeProcess serve(Map<String, String> environment, String... arguments)
      throws Exception {
    var all = new ArrayList<>(List.of("serve", "--port", "0", "--cache-dir", directory + "/cache"));
    all.addAll(List.of(arguments));
    var served =
        ServeJourneyTest.ServeProcess.start(environment, "/v2/models/", all.toArray(String[]::new));
    running.add(served);
    return served;
  }

  private static Commands.Result run(Map<String, String> environment, String... arguments) {
    return Commands.run(Commands.java("dev.slipway.app.Main", arguments), environment, "");
  }

  private static String predicted(ServeJourneyTest.ServeProcess served, String model)
      throws Exception {
    return predictedAt(served.url(), model);
  }

  private static String predictedAt(String base, String model) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      var request =
          HttpRequest.newBuilder(URI.create(base + "/v1/models/" + model + ":predict"))
              .POST(BodyPublishers.ofString("{\"instances\":[{\"a\":2},{\"a\":3}]}"));
      return client.send(request.build(), BodyHandlers.ofString()).body();
    }
  }
}
