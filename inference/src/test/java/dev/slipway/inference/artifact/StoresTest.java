package dev.slipway.inference.artifact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import dev.slipway.base.Json;
import dev.slipway.inference.artifact.ArtifactException.Kind;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StoresTest {
  private static final Instant NOW = Instant.parse("2013-05-24T00:00:00Z");
  private static final S3Credentials EXAMPLE =
      S3Credentials.of(
          "AKIAIOSFODNN7EXAMPLE",
          "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
          "us-east-1",
          URI.create("https://s3.amazonaws.com"));

  @TempDir Path temp;

  private Artifact fetch(String uri, Credentials credentials, ArtifactSettings settings)
      throws ArtifactException {
    return new Artifacts(settings, ModelUris.none(), InstantSource.fixed(NOW))
        .fetch(uri, credentials, Progress.Listener.none());
  }

  private ArtifactSettings settings() {
    return ArtifactSettings.at(temp.resolve("cache"))
        .withRetries(2, Duration.ofMillis(1), Duration.ofSeconds(5));
  }

  /// Amazon's own examples: "Signature Calculations for the Authorization Header", Examples.
  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "/test.txt,bytes=0-9,f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    "/?lifecycle,,fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
    "/?max-keys=2&prefix=J,,34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
  })
  void signsAsAmazonsExamples(String path, String range, String signature) {
    Ask ask = Ask.get("https://examplebucket.s3.amazonaws.com" + path);
    Ask signed =
        SigV4.sign(range == null ? ask : ask.with("Range", range), EXAMPLE, "us-east-1", "s3", NOW);
    assertThat(signed.headers().get("Authorization")).endsWith("Signature=" + signature);
  }

  /// A small S3: lists two a page, demands a signature of the example's key.
  private static final class Bucket implements Scripted.Handler {
    final Map<String, String> objects = new TreeMap<>();

    @Override
    public void handle(HttpExchange exchange) throws IOException {
      String auth = exchange.getRequestHeaders().getFirst("Authorization");
      if (auth == null || !auth.contains("Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3")) {
        Scripted.reply(
            exchange,
            403,
            "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>");
        return;
      }
      String path = exchange.getRequestURI().getPath();
      if (path.equals("/models/")) {
        list(exchange);
        return;
      }
      String object = objects.get(path.substring("/models/".length()));
      if (object == null) {
        Scripted.reply(exchange, 404, "<Error><Code>NoSuchKey</Code></Error>");
      } else {
        Scripted.file(object.getBytes(UTF_8), etag(object), 1 << 20).handle(exchange);
      }
    }

    private static String etag(String object) {
      return "\""
          + java.util.HexFormat.of()
              .formatHex(Checksum.digest("MD5").digest(object.getBytes(UTF_8)))
          + "\"";
    }

    private void list(HttpExchange exchange) throws IOException {
      var query = new TreeMap<String, String>();
      for (String each : exchange.getRequestURI().getRawQuery().split("&", -1)) {
        String[] pair = each.split("=", -1);
        query.put(pair[0], Encoding.decode(pair[1]));
      }
      String after = query.getOrDefault("continuation-token", "");
      var xml = new StringBuilder("<?xml version='1.0'?><ListBucketResult xmlns='urn:s3'>");
      int count = 0;
      String last = "";
      boolean more = false;
      for (var each : objects.entrySet()) {
        if (each.getKey().startsWith(query.get("prefix")) && each.getKey().compareTo(after) > 0) {
          if (++count > 2) {
            more = true;
            break;
          }
          last = each.getKey();
          xml.append("<Contents><Key>")
              .append(Encoding.encodePath(each.getKey()))
              .append("</Key><Size>")
              .append(each.getValue().getBytes(UTF_8).length)
              .append("</Size><ETag>")
              .append(etag(each.getValue()).replace("\"", "&quot;"))
              .append("</ETag></Contents>");
        }
      }
      xml.append("<IsTruncated>").append(more).append("</IsTruncated>");
      xml.append(more ? "<NextContinuationToken>" + last + "</NextContinuationToken>" : "");
      Scripted.reply(exchange, 200, xml.append("</ListBucketResult>").toString());
    }
  }

  private static Credentials s3(Scripted server) {
    return Credentials.none()
        .withS3(
            S3Credentials.of(
                "AKIAIOSFODNN7EXAMPLE", "secret", "us-east-1", server.at("").resolve("/")));
  }

  @Test
  void anS3PrefixIsADirectoryAndAnS3KeyAFile() throws Exception {
    var bucket = new Bucket();
    bucket.objects.putAll(
        Map.of(
            "iris/1/model a+b.onnx", "one",
            "iris/config.pbtxt", "two",
            "iris/labels.txt", "three",
            "iris/empty", "",
            "iris-old/model.onnx", "no"));
    try (Scripted server = new Scripted(bucket)) {
      try (Artifact tree = fetch("s3://models/iris", s3(server), settings());
          Artifact one = fetch("s3://models/iris/labels.txt", s3(server), settings())) {
        assertThat(tree.path().resolve("1/model a+b.onnx")).hasContent("one");
        assertThat(tree.path().resolve("config.pbtxt")).hasContent("two");
        assertThat(tree.path().resolve("empty")).doesNotExist();
        assertThat(one.path()).hasFileName("labels.txt").hasContent("three");
      }
      int before = server.asked.size();
      try (Artifact again = fetch("s3://models/iris", s3(server), settings())) {
        assertThat(again.cached()).isTrue();
      }
      assertThat(server.asked.subList(before, server.asked.size()))
          .allMatch(each -> each.contains("list-type=2"));
      bucket.objects.put("iris/labels.txt", "four");
      try (Artifact changed = fetch("s3://models/iris/", s3(server), settings())) {
        assertThat(changed.path().resolve("labels.txt")).hasContent("four");
      }
    }
  }

  @Test
  void s3RefusalsCarryTheServicesCodeAndNoSecret() {
    try (Scripted server = new Scripted(new Bucket())) {
      Credentials anonymous =
          s3(server)
              .withS3(
                  new S3Credentials(
                      Optional.of("AKIA"),
                      Optional.of(new Secret("hush")),
                      Optional.empty(),
                      Optional.of("us-east-1"),
                      Optional.of(server.at("")),
                      Optional.empty(),
                      false,
                      true,
                      Tls.DEFAULT));
      ArtifactException e =
          catchThrowableOfType(
              ArtifactException.class, () -> fetch("s3://models/iris", anonymous, settings()));
      assertThat(e.kind()).isEqualTo(Kind.DENIED);
      assertThat(e)
          .hasMessageContaining("s3://models/iris: GET " + server.at("/models/"))
          .hasMessageContaining("403 (AccessDenied: Access Denied)")
          .hasMessageNotContaining("hush");
      ArtifactException missing =
          catchThrowableOfType(
              ArtifactException.class, () -> fetch("s3://models/none", s3(server), settings()));
      assertThat(missing.kind()).isEqualTo(Kind.NOT_FOUND);
    }
  }

  @Test
  void aGoogleServiceAccountSignsForAToken() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair pair = generator.generateKeyPair();
    try (Scripted server =
        new Scripted(
            exchange -> {
              String path = exchange.getRequestURI().getRawPath();
              if (path.equals("/token")) {
                String form = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
                Scripted.reply(
                    exchange, verified(pair, form) ? 200 : 401, "{\"access_token\":\"tok\"}");
              } else if (!"Bearer tok"
                  .equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                Scripted.reply(exchange, 401, "{\"error\":{\"message\":\"who?\"}}");
              } else if (path.equals("/storage/v1/b/b/o")) {
                Scripted.reply(
                    exchange,
                    200,
                    "{\"items\":[{\"name\":\"m/a b.onnx\",\"size\":\"5\",\"generation\":\"7\"}]}");
              } else {
                Scripted.reply(exchange, 200, "model");
              }
            })) {
      String pem = Base64.getMimeEncoder().encodeToString(pair.getPrivate().getEncoded());
      String key =
          Json.object()
              .put("type", "service_account")
              .put("client_email", "me@x")
              .put(
                  "private_key",
                  "-----BEGIN PRIVATE KEY-----\n" + pem + "\n-----END PRIVATE KEY-----\n")
              .put("token_uri", server.at("/token").toString())
              .toString();
      var settings = settings().withEndpoints(server.at("/hub"), server.at(""));
      Credentials credentials = Credentials.none().withGoogle(GoogleCredentials.parse(key));
      try (Artifact artifact = fetch("gs://b/m", credentials, settings)) {
        assertThat(artifact.path().resolve("a b.onnx")).hasContent("model");
      }
      assertThat(server.asked).contains("/storage/v1/b/b/o/m%2Fa%20b.onnx?alt=media&generation=7");
    }
  }

  private static boolean verified(KeyPair pair, String form) {
    try {
      String[] jwt = form.replaceFirst("assertion=([^&]*).*", "$1").split("\\.", -1);
      Signature rsa = Signature.getInstance("SHA256withRSA");
      rsa.initVerify(pair.getPublic());
      rsa.update((jwt[0] + "." + jwt[1]).getBytes(UTF_8));
      return rsa.verify(Base64.getUrlDecoder().decode(jwt[2]));
    } catch (java.security.GeneralSecurityException _) {
      return false;
    }
  }

  @Test
  void theHubIsReadAtOneCommit() throws Exception {
    String commit = "0123456789abcdef0123456789abcdef01234567";
    try (Scripted server =
        new Scripted(
            exchange -> {
              String path = exchange.getRequestURI().getPath();
              if (path.startsWith("/api/")) {
                Scripted.reply(
                    exchange,
                    200,
                    "{\"sha\":\""
                        + commit
                        + "\",\"siblings\":[{\"rfilename\":\"config.json\","
                        + "\"size\":2},{\"rfilename\":\"onnx/model.onnx\",\"size\":5,\"lfs\":{"
                        + "\"sha256\":\""
                        + Checksum.sha256Of("model".getBytes(UTF_8))
                        + "\"}},"
                        + "{\"rfilename\":\".gitattributes\",\"size\":1}]}");
              } else {
                Scripted.reply(exchange, 200, path.endsWith("json") ? "{}" : "model");
              }
            })) {
      var settings = settings().withEndpoints(server.at(""), server.at(""));
      try (Artifact artifact = fetch("hf://me/bert:main", Credentials.none(), settings)) {
        assertThat(artifact.path().resolve("onnx/model.onnx")).hasContent("model");
      }
      try (Artifact artifact = fetch("hf://datasets/me/bert", Credentials.none(), settings)) {
        assertThat(artifact.path().resolve("config.json")).hasContent("{}");
      }
      assertThat(server.asked)
          .contains("/me/bert/resolve/" + commit + "/config.json")
          .contains("/api/datasets/me/bert/revision/main?blobs=true")
          .contains("/datasets/me/bert/resolve/" + commit + "/config.json")
          .noneMatch(each -> each.contains(".gitattributes"));
    }
  }

  @Test
  void azureBlobsAreListedAndReadWithTheAccountsKey() throws Exception {
    try (Scripted server =
        new Scripted(
            exchange -> {
              String auth = exchange.getRequestHeaders().getFirst("Authorization");
              if (auth == null || !auth.startsWith("SharedKey acct:")) {
                Scripted.reply(exchange, 403, "<Error><Code>AuthenticationFailed</Code></Error>");
              } else if (exchange.getRequestURI().getQuery() != null) {
                Scripted.reply(
                    exchange,
                    200,
                    "<EnumerationResults><Blobs><Blob><Name>m/model.onnx</Name><Properties>"
                        + "<Etag>0x1</Etag><Content-Length>5</Content-Length></Properties></Blob>"
                        + "</Blobs><NextMarker/></EnumerationResults>");
              } else {
                Scripted.file("model".getBytes(UTF_8), "\"0x1\"", 100).handle(exchange);
              }
            })) {
      Credentials credentials =
          Credentials.none()
              .withAzure(new AzureCredentials.SharedKey(new Secret("a2V5")), server.at(""));
      try (Artifact artifact =
          fetch("https://acct.blob.core.windows.net/c/m", credentials, settings())) {
        assertThat(artifact.path().resolve("model.onnx")).hasContent("model");
      }
      ArtifactException e =
          catchThrowableOfType(
              ArtifactException.class,
              () ->
                  fetch(
                      "azure://acct/c/m",
                      Credentials.none()
                          .withAzure(new AzureCredentials.Anonymous(), server.at("/other")),
                      settings()));
      assertThat(e).hasMessageContaining("403 (AuthenticationFailed)");
    }
  }

  @Test
  void storageConfigEntriesAreReadAsKserveDoes() {
    CredentialSource.Storage storage =
        CredentialSource.ofStorageConfig(
            Map.of(
                "localMinIO",
                "{\"type\":\"s3\",\"access_key_id\":\"k\",\"secret_access_key\":\"hush\","
                    + "\"endpoint_url\":\"http://minio:9000\",\"bucket\":\"models\","
                    + "\"region\":\"eu-south\",\"verify_ssl\":\"0\",\"anonymous\":\"False\"}"),
            "localMinIO",
            Map.of("bucket", "other"),
            "iris");
    S3Credentials s3 = storage.credentials().s3();
    assertThat(storage.uri()).isEqualTo("s3://other/iris");
    assertThat(s3.endpoint()).contains(URI.create("http://minio:9000"));
    assertThat(s3.region()).contains("eu-south");
    assertThat(s3.tls().verify()).isFalse();
    assertThat(s3.signs()).isTrue();
    assertThat(storage.toString()).doesNotContain("hush");
    assertThat(
            catchThrowableOfType(
                IllegalArgumentException.class,
                () -> CredentialSource.ofStorageConfig(Map.of(), "x", Map.of(), "p")))
        .hasMessageContaining("storage-config has no \"x\"");
  }

  @Test
  void secretsOfAServiceAccountAreReadAsKserveDoes() throws Exception {
    var minio =
        new CredentialSource.KubernetesSecret(
            "minio",
            Map.of("aws-access-key-id", "k", "aws-secret-access-key", "s"),
            Map.of(
                "serving.kserve.io/s3-endpoint", "minio:9000",
                "serving.kserve.io/s3-usehttps", "0",
                "serving.kserve.io/s3-usevirtualbucket", "true"));
    var web =
        new CredentialSource.KubernetesSecret(
            "web",
            Map.of("https-host", "example.com", "headers", "account: a\nX-Key: b"),
            Map.of());
    var hub = new CredentialSource.KubernetesSecret("hub", Map.of("HF_TOKEN", "t"), Map.of());
    Credentials all = CredentialSource.ofServiceAccount(java.util.List.of(minio, web, hub));
    assertThat(all.s3().endpoint()).contains(URI.create("http://minio:9000"));
    assertThat(all.s3().virtualHost()).contains(true);
    assertThat(all.headersFor(URI.create("https://example.com/x")))
        .isEqualTo(Map.of("account", "a", "X-Key", "b"));
    assertThat(all.hubToken()).contains(new Secret("t"));
    Path key = Files.writeString(temp.resolve("key.json"), "{\"type\":\"x\"}");
    assertThat(
            catchThrowableOfType(
                IllegalArgumentException.class,
                () ->
                    CredentialSource.ofEnvironment(
                        Map.of("GOOGLE_APPLICATION_CREDENTIALS", key.toString()))))
        .hasMessageContaining("type \"x\" is not read here");
  }
}
