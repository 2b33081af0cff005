package dev.slipway.registry.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.registry.RegistryException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Artifacts in a bucket.
final class BucketStoreTest {
  private static final Instant NOW = Instant.parse("2013-05-24T00:00:00Z");
  private static final BucketSettings EXAMPLE =
      BucketSettings.of(
          "s3://examplebucket",
          Map.of(
              "AWS_ACCESS_KEY_ID",
              "AKIAIOSFODNN7EXAMPLE",
              "AWS_SECRET_ACCESS_KEY",
              "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"));

  private final BucketServer server = new BucketServer();
  private final BucketStore store = new BucketStore(server.settings(), InstantSource.system());

  @AfterEach
  void stop() {
    store.close();
    server.close();
  }

  /// Amazon's own examples: "Signature Calculations for the Authorization Header".
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "/?lifecycle,fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
    "/?max-keys=2&prefix=J,34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
  })
  void signsAsAmazonsExamples(String path, String signature) {
    URI uri = URI.create("https://examplebucket.s3.amazonaws.com" + path);
    var headers =
        new BucketSignature(EXAMPLE, NOW).headers("GET", uri, BucketSignature.sha256(new byte[0]));
    assertThat(headers.get("authorization")).endsWith("Signature=" + signature);
  }

  /// Amazon's example of "Using Query Parameters".
  @Test
  void presignsAsAmazonsExample() {
    URI url =
        new BucketSignature(EXAMPLE, NOW)
            .presigned(
                "GET", "https://examplebucket.s3.amazonaws.com/test.txt", "", Duration.ofDays(1));
    assertThat(url.toString())
        .endsWith(
            "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
  }

  private void put(String path, String content) throws IOException {
    store.put(path, new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)));
  }

  private String read(String path) throws IOException {
    try (var content = store.open(path)) {
      return new String(content.stream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void filesAreKeptListedReadAndDeletedBelowThePrefix() throws IOException {
    put("0/run/artifacts/model/MLmodel", "flavors: {}");
    put("0/run/artifacts/model/a b+c&ü.txt", "odd");
    put("0/run/artifacts/model/data/weights", "");
    put("0/run/artifacts/other", "x");
    assertThat(server.objects).containsKey("kept/here/0/run/artifacts/model/MLmodel");
    assertThat(read("0/run/artifacts/model/MLmodel")).isEqualTo("flavors: {}");
    assertThat(read("0/run/artifacts/model/a b+c&ü.txt")).isEqualTo("odd");
    assertThat(store.list("0/run/artifacts/model"))
        .containsExactly(
            new ArtifactStore.Entry("MLmodel", false, 11),
            new ArtifactStore.Entry("a b+c&ü.txt", false, 3),
            new ArtifactStore.Entry("data", true, 0));
    assertThat(store.exists("0/run/artifacts/model")).isTrue();
    assertThat(store.exists("0/run/artifacts/mod")).isFalse();
    assertThat(store.place("0/x")).isEqualTo("s3://things/kept/here/0/x");
    store.delete("0/run/artifacts/model");
    assertThat(server.objects).containsOnlyKeys("kept/here/0/run/artifacts/other");
    assertThatThrownBy(() -> store.open("0/run/artifacts/model/MLmodel"))
        .isInstanceOf(RegistryException.class);
    assertThatThrownBy(() -> put("../x", "")).isInstanceOf(RegistryException.class);
  }

  @Test
  void whatIsLongIsSentInParts() throws IOException {
    var bytes = new byte[(16 << 20) + 5];
    bytes[bytes.length - 1] = 7;
    store.put("big", new ByteArrayInputStream(bytes));
    assertThat(server.objects.get("kept/here/big")).isEqualTo(bytes);
  }

  @Test
  void aServiceThatIsBusyIsAskedAgain() throws IOException {
    server.failures.set(2);
    put("a", "b");
    assertThat(read("a")).isEqualTo("b");
  }

  @Test
  void anotherKeyIsRefused() {
    var wrong =
        BucketSettings.of(
            "s3://things",
            Map.of(
                "AWS_ACCESS_KEY_ID",
                "key",
                "AWS_SECRET_ACCESS_KEY",
                "other",
                "AWS_ENDPOINT_URL",
                server.settings().endpoint().toString()));
    var other = new BucketStore(wrong, InstantSource.system());
    assertThatThrownBy(() -> other.put("a", new ByteArrayInputStream(new byte[1])))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("SignatureDoesNotMatch");
    other.close();
  }

  @Test
  void whatIsNotSaidIsNamed() {
    assertThatThrownBy(() -> BucketSettings.of("s3://things", Map.of()))
        .hasMessageContaining("AWS_ACCESS_KEY_ID");
    assertThatThrownBy(() -> BucketSettings.of("gs://things", Map.of()))
        .hasMessageContaining("expected a directory or s3://BUCKET/PREFIX");
  }
}
