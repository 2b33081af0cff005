package dev.slipway.inference.artifact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import dev.slipway.inference.artifact.ArtifactException.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Blobs behind an account's key and behind a shared access signature, from a fake that checks
/// them.
///
/// Source: Microsoft, "Authorize with Shared Key" and "Delegate access with a shared access
/// signature".
final class AzureStoreTest {
  private static final String KEY = Base64.getEncoder().encodeToString("the key".getBytes(UTF_8));
  private static final String SAS = "sv=2021-12-02&sr=c&sp=rl&sig=a%2Bb%3D";

  @TempDir Path temp;

  private Artifact fetch(String uri, Credentials credentials) throws ArtifactException {
    var settings =
        ArtifactSettings.at(temp.resolve("cache"))
            .withRetries(1, Duration.ofMillis(1), Duration.ofSeconds(5));
    return new Artifacts(settings).fetch(uri, credentials, Progress.Listener.none());
  }

  private static void answer(HttpExchange exchange, boolean known) throws IOException {
    if (!known) {
      Scripted.reply(exchange, 403, "<Error><Code>AuthenticationFailed</Code></Error>");
    } else if (String.valueOf(exchange.getRequestURI().getQuery()).contains("comp=list")) {
      Scripted.reply(
          exchange,
          200,
          "<EnumerationResults><Blobs>"
              + blob("iris/1/model one.onnx", 5)
              + blob("iris/config.pbtxt", 4)
              + "</Blobs><NextMarker/></EnumerationResults>");
    } else if (exchange.getRequestURI().getPath().endsWith(".onnx")) {
      Scripted.file("model".getBytes(UTF_8), "\"0x1\"", 100).handle(exchange);
    } else {
      Scripted.file("text".getBytes(UTF_8), "\"0x1\"", 100).handle(exchange);
    }
  }

  private static String blob(String name, int length) {
    return "<Blob><Name>"
        + name
        + "</Name><Properties><Etag>0x1</Etag><Content-Length>"
        + length
        + "</Content-Length></Properties></Blob>";
  }

  @Test
  void theAccountsKeySignsEachRequest() throws Exception {
    try (Scripted server = new Scripted(exchange -> answer(exchange, signed(exchange)))) {
      var right =
          CredentialSource.ofEnvironment(
              Map.of(
                  "AZURE_STORAGE_ACCESS_KEY", KEY, "AZURE_SERVICE_URL", server.at("").toString()));
      try (Artifact found = fetch("https://acct.blob.core.windows.net/c/iris", right)) {
        assertThat(found.path().resolve("1/model one.onnx")).hasContent("model");
        assertThat(found.path().resolve("config.pbtxt")).hasContent("text");
      }
      var wrong =
          Credentials.none()
              .withAzure(new AzureCredentials.SharedKey(new Secret("b3RoZXI=")), server.at(""));
      var refused =
          catchThrowableOfType(
              ArtifactException.class,
              () -> fetch("https://acct.blob.core.windows.net/c/other", wrong));
      assertThat(refused.kind()).isEqualTo(Kind.DENIED);
      assertThat(refused)
          .hasMessageContaining("403 (AuthenticationFailed)")
          .hasMessageNotContaining("b3RoZXI");
    }
  }

  /// Whether the signature is that of the string Azure makes of the request.
  private static boolean signed(HttpExchange exchange) {
    var headers = exchange.getRequestHeaders();
    var azure = new TreeMap<String, String>();
    headers.forEach(
        (name, values) -> {
          if (name.toLowerCase(Locale.ROOT).startsWith("x-ms-")) {
            azure.put(name.toLowerCase(Locale.ROOT), values.getFirst());
          }
        });
    var text = new StringBuilder("GET\n");
    for (var name :
        new String[] {
          "Content-Encoding",
          "Content-Language",
          "",
          "Content-MD5",
          "Content-Type",
          "",
          "If-Modified-Since",
          "If-Match",
          "If-None-Match",
          "If-Unmodified-Since",
          "Range"
        }) {
      var value = name.isEmpty() ? null : headers.getFirst(name);
      text.append(value == null ? "" : value).append('\n');
    }
    azure.forEach((name, value) -> text.append(name + ":" + value + "\n"));
    text.append("/acct").append(exchange.getRequestURI().getRawPath());
    parameters(exchange).forEach((name, value) -> text.append("\n" + name + ":" + value));
    return ("SharedKey acct:" + hmac(text.toString())).equals(headers.getFirst("Authorization"));
  }

  private static Map<String, String> parameters(HttpExchange exchange) {
    var all = new TreeMap<String, String>();
    var query = exchange.getRequestURI().getRawQuery();
    if (query != null) {
      for (var each : query.split("&", -1)) {
        int equals = each.indexOf('=');
        all.put(each.substring(0, equals), Encoding.decode(each.substring(equals + 1)));
      }
    }
    return all;
  }

  private static String hmac(String text) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(Base64.getDecoder().decode(KEY), "HmacSHA256"));
      return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(UTF_8)));
    } catch (GeneralSecurityException problem) {
      throw new IllegalStateException(problem);
    }
  }

  @Test
  void aSharedAccessSignatureGoesWithEachRequestAndIntoNoMessage() throws Exception {
    try (Scripted server =
        new Scripted(
            exchange ->
                answer(
                    exchange,
                    String.valueOf(exchange.getRequestURI().getRawQuery()).contains(SAS)
                        && exchange.getRequestHeaders().getFirst("Authorization") == null))) {
      var sas =
          CredentialSource.ofEnvironment(
              Map.of(
                  "AZURE_STORAGE_SAS_TOKEN", SAS, "AZURE_SERVICE_URL", server.at("").toString()));
      try (Artifact found = fetch("azure://acct/c/iris", sas)) {
        assertThat(found.path().resolve("1/model one.onnx")).hasContent("model");
      }
      var none = Credentials.none().withAzure(new AzureCredentials.Anonymous(), server.at(""));
      try (Artifact found = fetch("https://acct.blob.core.windows.net/c/iris?" + SAS, none)) {
        assertThat(found.path().resolve("config.pbtxt")).hasContent("text");
      }
      var refused =
          catchThrowableOfType(
              ArtifactException.class,
              () ->
                  fetch(
                      "https://acct.blob.core.windows.net/c/no?" + SAS.replace("a%2B", "z"), none));
      assertThat(refused.kind()).isEqualTo(Kind.DENIED);
      assertThat(refused).hasMessageNotContaining("sig=z");
    }
  }
}
