package dev.slipway.inference.artifact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.inference.artifact.ArtifactException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ArtifactsTest {
  @TempDir Path temp;

  private ArtifactSettings settings() {
    return ArtifactSettings.at(temp.resolve("cache"))
        .withRetries(3, Duration.ofMillis(1), Duration.ofSeconds(5));
  }

  private Artifact fetch(Object uri) throws ArtifactException {
    return fetch(uri, Credentials.none(), Progress.Listener.none());
  }

  private Artifact fetch(Object uri, Credentials credentials, Progress.Listener listener)
      throws ArtifactException {
    return new Artifacts(settings()).fetch(uri.toString(), credentials, listener);
  }

  private ArtifactException refusal(Object uri) {
    return catchThrowableOfType(ArtifactException.class, () -> fetch(uri).close());
  }

  private static byte[] content(int size) {
    var bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  @Test
  void aPathIsUsedInPlace() throws Exception {
    Path model = Files.writeString(temp.resolve("model one.joblib"), "x");
    try (Artifact plain = fetch(model);
        Artifact uri = fetch(model.toUri());
        Artifact pinned = fetch(model + "#sha256=" + Checksum.sha256Of("x".getBytes(UTF_8)))) {
      assertThat(plain.path()).isEqualTo(model);
      assertThat(uri.path()).isEqualTo(model);
      assertThat(pinned.path()).isEqualTo(model);
    }
  }

  @Test
  void aMissingPathIsNamed() {
    ArtifactException e = refusal("/no/such/model.onnx");
    assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND);
    assertThat(e)
        .hasMessage(
            "/no/such/model.onnx: no such file or directory (looked for" + " /no/such/model.onnx)");
  }

  @Test
  void aFileIsDownloadedOnceAndAskedForAgain() throws Exception {
    byte[] content = content(300_000);
    try (Scripted server = new Scripted(Scripted.file(content, "\"one\"", content.length))) {
      try (Artifact first = fetch(server.at("/models/iris.joblib"));
          Artifact second = fetch(server.at("/models/iris.joblib"))) {
        assertThat(first.path()).hasFileName("iris.joblib").hasBinaryContent(content);
        assertThat(first.cached()).isFalse();
        assertThat(second.cached()).isTrue();
        assertThat(second.path()).isEqualTo(first.path());
      }
      assertThat(server.asked).hasSize(2);
      server.now(Scripted.file("new".getBytes(UTF_8), "\"two\"", 100));
      try (Artifact third = fetch(server.at("/models/iris.joblib"))) {
        assertThat(third.path()).hasContent("new");
      }
    }
  }

  @Test
  void aCutConnectionIsCarriedOnWhereItBroke() throws Exception {
    byte[] content = content(100_000);
    var events = Collections.synchronizedList(new ArrayList<Progress>());
    try (Scripted server = new Scripted(Scripted.file(content, "\"one\"", 30_000));
        Artifact artifact = fetch(server.at("/m.bin"), Credentials.none(), events::add)) {
      assertThat(artifact.path()).hasBinaryContent(content);
      assertThat(server.asked)
          .containsExactly(
              "/m.bin", "/m.bin bytes=30000-", "/m.bin bytes=60000-", "/m.bin bytes=90000-");
    }
    assertThat(events.getLast().bytes()).isEqualTo(100_000);
    assertThat(events.getLast().totalBytes()).isEqualTo(100_000);
  }

  @Test
  void whatABrokenFetchLeftIsUsedByTheNext() throws Exception {
    byte[] content = content(100_000);
    try (Scripted server = new Scripted(Scripted.file(content, "\"one\"", 40_000))) {
      var once = settings().withRetries(1, Duration.ofMillis(1), Duration.ofSeconds(5));
      String uri = server.at("/m.bin").toString();
      server.now(
          exchange -> {
            Scripted.Handler whole = Scripted.file(content, "\"one\"", 40_000);
            if (exchange.getRequestHeaders().containsKey("Range")) {
              Scripted.reply(exchange, 403, "no more");
            } else {
              whole.handle(exchange);
            }
          });
      assertThat(
              catchThrowableOfType(
                  ArtifactException.class,
                  () ->
                      new Artifacts(once)
                          .fetch(uri, Credentials.none(), Progress.Listener.none())
                          .close()))
          .isNotNull();
      server.now(Scripted.file(content, "\"one\"", 100_000));
      var events = new ArrayList<Progress>();
      try (Artifact artifact = fetch(uri, Credentials.none(), events::add)) {
        assertThat(artifact.path()).hasBinaryContent(content);
      }
      assertThat(server.asked.getLast()).isEqualTo("/m.bin bytes=40000-");
      assertThat(events.getLast().resumedBytes()).isEqualTo(40_000);
    }
  }

  @Test
  void piecesOfDifferentContentsAreNeverJoined() throws Exception {
    byte[] one = content(50_000);
    byte[] two = content(60_000);
    var requests = new AtomicInteger();
    try (Scripted server =
        new Scripted(
            exchange ->
                (requests.getAndIncrement() == 0
                        ? Scripted.file(one, "\"one\"", 20_000)
                        : Scripted.file(two, "\"two\"", 60_000))
                    .handle(exchange))) {
      try (Artifact artifact = fetch(server.at("/m.bin"))) {
        assertThat(artifact.path()).hasBinaryContent(two);
      }
    }
  }

  @Test
  void aServerWithoutRangesIsAskedFromTheStart() throws Exception {
    byte[] content = content(50_000);
    var requests = new AtomicInteger();
    try (Scripted server =
        new Scripted(
            exchange -> {
              int most = requests.getAndIncrement() == 0 ? 20_000 : 50_000;
              exchange.getResponseHeaders().set("ETag", "\"one\"");
              exchange.sendResponseHeaders(200, content.length);
              exchange.getResponseBody().write(content, 0, most);
            })) {
      try (Artifact artifact = fetch(server.at("/m.bin"))) {
        assertThat(artifact.path()).hasBinaryContent(content);
      }
    }
  }

  @ParameterizedTest(name = "{0} is asked {1} times")
  @CsvSource({"500,3", "503,3", "429,3", "408,3", "404,1", "403,1", "401,1", "400,1"})
  void onlyWhatMayPassIsRetried(int status, int asked) {
    try (Scripted server = new Scripted(each -> Scripted.reply(each, status, "busy"))) {
      ArtifactException e = refusal(server.at("/m.bin?token=hush"));
      assertThat(server.asked).hasSize(asked);
      assertThat(e).hasMessageContaining("GET " + server.at("/m.bin"));
      assertThat(e).hasMessageContaining("was answered with " + status + " (busy)");
      assertThat(e).hasMessageNotContaining("hush");
    }
  }

  @Test
  void aServiceThatRecoversIsForgiven() throws Exception {
    var requests = new AtomicInteger();
    try (Scripted server =
        new Scripted(
            exchange -> {
              if (requests.getAndIncrement() < 2) {
                Scripted.reply(exchange, 503, Map.of("Retry-After", "0"), new byte[0]);
              } else {
                Scripted.reply(exchange, 200, "model");
              }
            })) {
      try (Artifact artifact = fetch(server.at("/m"))) {
        assertThat(artifact.path()).hasContent("model");
      }
    }
  }

  @Test
  void aBodyThatStopsComingIsGivenUp() {
    var hold = new CountDownLatch(1);
    try (Scripted server =
        new Scripted(
            exchange -> {
              exchange.sendResponseHeaders(200, 10);
              exchange.getResponseBody().write('x');
              exchange.getResponseBody().flush();
              await(hold);
            })) {
      var quick = settings().withRetries(2, Duration.ofMillis(1), Duration.ofMillis(200));
      ArtifactException e =
          catchThrowableOfType(
              ArtifactException.class,
              () ->
                  new Artifacts(quick)
                      .fetch(
                          server.at("/m").toString(),
                          Credentials.none(),
                          Progress.Listener.none()));
      hold.countDown();
      assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
      assertThat(e).hasMessageContaining("no bytes for 200 ms");
    }
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void aWebPageIsNoModel() {
    try (Scripted server =
        new Scripted(
            each ->
                Scripted.reply(
                    each, 200, Map.of("Content-Type", "text/html"), "<html>".getBytes(UTF_8)))) {
      assertThat(refusal(server.at("/m"))).hasMessageContaining("answered with a web page");
    }
  }

  @Test
  void redirectsAreFollowedWithoutTheSecretsOfTheFirstHost() throws Exception {
    var seen = new ArrayList<String>();
    try (Scripted far =
            new Scripted(
                exchange -> {
                  seen.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
                  Scripted.reply(exchange, 200, "model");
                });
        Scripted near =
            new Scripted(
                exchange -> {
                  seen.add(exchange.getRequestHeaders().getFirst("Authorization"));
                  Scripted.reply(
                      exchange, 302, Map.of("Location", far.at("/x").toString()), new byte[0]);
                })) {
      Credentials credentials =
          Credentials.none()
              .withHeaders(
                  "127.0.0.1:" + near.at("/").getPort(),
                  Map.of("Authorization", new Secret("Bearer hush")));
      try (Artifact artifact = fetch(near.at("/m.onnx"), credentials, Progress.Listener.none())) {
        assertThat(artifact.path()).hasFileName("m.onnx").hasContent("model");
      }
    }
    assertThat(seen).containsExactly("Bearer hush", "null");
  }

  @Test
  void redirectsEnd() {
    try (Scripted server =
        new Scripted(
            each -> Scripted.reply(each, 302, Map.of("Location", "/again"), new byte[0]))) {
      assertThat(refusal(server.at("/m"))).hasMessageContaining("redirects more than 10 times");
      assertThat(server.asked).hasSize(11);
    }
  }

  @Test
  void redirectsToFilesAreRefused() {
    try (Scripted server =
        new Scripted(
            each ->
                Scripted.reply(each, 302, Map.of("Location", "file:///etc/passwd"), new byte[0]))) {
      assertThat(refusal(server.at("/m"))).hasMessageContaining("which is not followed");
    }
  }

  @Test
  void aChecksumIsHeldAgainstWhatCame() throws Exception {
    try (Scripted server = new Scripted(each -> Scripted.reply(each, 200, "model"))) {
      String sha = Checksum.sha256Of("model".getBytes(UTF_8));
      for (int i = 0; i < 2; i++) {
        try (Artifact artifact = fetch(server.at("/m#sha256=" + sha))) {
          assertThat(artifact.path()).hasContent("model");
        }
      }
      assertThat(server.asked).as("the second is known without asking").hasSize(1);
      ArtifactException e = refusal(server.at("/m#sha256=" + "0".repeat(64)));
      assertThat(e.kind()).isEqualTo(Kind.CORRUPT);
      assertThat(e).hasMessageContaining("SHA-256 " + sha).hasMessageContaining("expected 0000");
    }
  }

  @Test
  void whatIsTooLargeIsRefusedBeforeItIsRead() {
    try (Scripted server = new Scripted(each -> Scripted.reply(each, 200, "x".repeat(2000)))) {
      var small = new Artifacts(settings().withArtifactLimits(1000, 10, 10));
      ArtifactException e =
          catchThrowableOfType(
              ArtifactException.class,
              () ->
                  small.fetch(
                      server.at("/m").toString(), Credentials.none(), Progress.Listener.none()));
      assertThat(e.kind()).isEqualTo(Kind.TOO_LARGE);
      assertThat(e).hasMessageContaining("m has 2 KiB, more than the limit of 1000 bytes");
    }
  }

  @Test
  void whatWasUsedLongestAgoMakesRoomButNeverWhatIsInUse() throws Exception {
    try (Scripted server =
        new Scripted(
            each ->
                Scripted.file(content(400), "\"" + each.getRequestURI() + "\"", 400)
                    .handle(each))) {
      var small = new Artifacts(settings().withCacheBytes(1000));
      Artifact used = small.fetch(server.at("/a").toString(), Credentials.none(), _ -> {});
      Artifact idle = small.fetch(server.at("/b").toString(), Credentials.none(), _ -> {});
      idle.close();
      Artifact third = small.fetch(server.at("/c").toString(), Credentials.none(), _ -> {});
      assertThat(used.path()).exists();
      assertThat(idle.path()).doesNotExist();
      assertThat(third.path()).exists();
      used.close();
      third.close();
    }
  }

  @Test
  void manyAtOnceDownloadOnce() throws Exception {
    byte[] content = content(200_000);
    try (Scripted server = new Scripted(Scripted.file(content, "\"one\"", content.length));
        var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      var all =
          Collections.nCopies(8, 0).stream()
              .map(_ -> pool.submit(() -> fetch(server.at("/m"))))
              .toList();
      int fresh = 0;
      for (var each : all) {
        try (Artifact artifact = each.get()) {
          assertThat(artifact.path()).hasBinaryContent(content);
          fresh += artifact.cached() ? 0 : 1;
        }
      }
      assertThat(fresh).isEqualTo(1);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          pvc://claim/models      | a volume claim is mounted, not downloaded
          oci://registry/model:v1 | an image is mounted by the node
          ftp://host/model        | the scheme "ftp" is not read here
          hf://model              | expected hf://owner/model[:revision]
          hf:///x                 | expected hf://owner/model[:revision]
          s3:///key               | "" is no bucket's name
          https://                | no URI
          models:/iris/1          | this server is given none
          https://h/x.git         | git repositories are not cloned here
          /x#sha256=12            | "12" is no SHA-256 digest
          """)
  void whatIsNotReadHereIsRefusedWithAWayOut(String uri, String message) {
    ArtifactException e = refusal(uri);
    assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED);
    assertThat(e).hasMessageContaining(message);
  }

  @Test
  void aRegistrySaysWhereItsModelsAre() throws Exception {
    Path model = Files.writeString(temp.resolve("m.onnx"), "x");
    var artifacts =
        new Artifacts(
            settings(),
            uri ->
                uri.equals("models:/iris/1")
                    ? java.util.Optional.of(model.toString())
                    : java.util.Optional.empty(),
            java.time.InstantSource.system());
    try (Artifact artifact =
        artifacts.fetch("models:/iris/1", Credentials.none(), Progress.Listener.none())) {
      assertThat(artifact.path()).isEqualTo(model);
    }
    assertThat(List.of(Location.masked("https://u:p@h/x?sig=1"), Location.masked("s3://b/k?x")))
        .containsExactly("https://u:***@h/x?…", "s3://b/k?x");
  }
}
