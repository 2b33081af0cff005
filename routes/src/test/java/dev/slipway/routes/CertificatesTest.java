package dev.slipway.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Pairs of `kubernetes.io/tls` Secrets, in every form that tools write them.
final class CertificatesTest {
  private static final String PASSWORD = "changeit";

  @TempDir static Path directory;
  private static Pair rsa;
  private static Pair ec;

  /// @param key PKCS#8 in DER
  @SuppressWarnings("ArrayRecordComponent")
  private record Pair(String chain, byte[] key) {}

  @BeforeAll
  static void make() throws Exception {
    rsa = pair("rsa", "RSA");
    ec = pair("ec", "EC");
  }

  private static Pair pair(String name, String algorithm) throws Exception {
    var file = directory.resolve(name + ".p12");
    var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    var command =
        new ArrayList<>(List.of(keytool, "-genkeypair", "-keyalg", algorithm, "-dname", "CN=ai"));
    command.addAll(List.of("-ext", "san=dns:ai.example.com,dns:*.ai.example.com,ip:127.0.0.1"));
    command.addAll(List.of("-alias", "own", "-storetype", "PKCS12", "-storepass", PASSWORD));
    command.addAll(List.of("-keystore", file.toString()));
    var made = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(made.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(made.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(made.exitValue()).as(said).isZero();
    try (var in = Files.newInputStream(file)) {
      var store = KeyStore.getInstance("PKCS12");
      store.load(in, PASSWORD.toCharArray());
      var key = store.getKey("own", PASSWORD.toCharArray());
      return new Pair(
          pem("CERTIFICATE", store.getCertificate("own").getEncoded()), key.getEncoded());
    }
  }

  private static String pem(String what, byte[] der) {
    var text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n";
  }

  /// The PKCS#1 key inside, which is the octets of the last field (RFC 5208, 5).
  private static byte[] pkcs1() {
    byte[] whole = rsa.key();
    int marker = 22; // outer head 4, version 3, algorithm 15
    assertThat(whole[marker]).isEqualTo((byte) 0x04);
    return Arrays.copyOfRange(whole, marker + 4, whole.length);
  }

  /// `ECPrivateKey` with its curve named (RFC 5915, 3), as `openssl ecparam -genkey` writes it.
  private static byte[] sec1(boolean named) throws Exception {
    byte[] octets = secret();
    var curve = HexFormat.of().parseHex("a00706052b81040022"); // secp384r1
    var body = ByteBuffer.allocate(3 + 2 + octets.length + (named ? curve.length : 0));
    body.put(new byte[] {2, 1, 1, 4, (byte) octets.length}).put(octets);
    if (named) {
      body.put(curve);
    }
    return ByteBuffer.allocate(2 + body.capacity())
        .put((byte) 0x30)
        .put((byte) body.capacity())
        .put(body.array())
        .array();
  }

  private static byte[] secret() throws Exception {
    var spec = new PKCS8EncodedKeySpec(ec.key());
    var key = (ECPrivateKey) KeyFactory.getInstance("EC").generatePrivate(spec);
    assertThat(key.getParams().getCurve().getField().getFieldSize()).isEqualTo(384);
    byte[] number = key.getS().toByteArray();
    var octets = new byte[48];
    int length = Math.min(48, number.length);
    System.arraycopy(number, number.length - length, octets, 48 - length, length);
    return octets;
  }

  private static Optional<Resource> secret(String chain, String key) {
    var secret = Json.object();
    secret.putObject("metadata").put("name", "pair").put("namespace", "default");
    secret.putObject("data").put("tls.crt", base64(chain)).put("tls.key", base64(key));
    return Optional.of(Resource.of(Kinds.SECRET, secret));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String key(String form) throws Exception {
    return switch (form) {
      case "PKCS#8, RSA" -> pem("PRIVATE KEY", rsa.key());
      case "PKCS#8, EC" -> pem("PRIVATE KEY", ec.key());
      case "PKCS#1" -> pem("RSA PRIVATE KEY", pkcs1());
      case "SEC 1" ->
          pem("EC PARAMETERS", HexFormat.of().parseHex("06052b81040022"))
              + pem("EC PRIVATE KEY", sec1(true));
      case "SEC 1 without curve" -> pem("EC PRIVATE KEY", sec1(false));
      case "cut short" -> pem("EC PRIVATE KEY", Arrays.copyOf(sec1(true), 20));
      case "no base64" -> "-----BEGIN PRIVATE KEY-----\n????\n-----END PRIVATE KEY-----\n";
      default -> form;
    };
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"PKCS#8, RSA | RSA", "PKCS#1 | RSA", "PKCS#8, EC | EC", "SEC 1 | EC"})
  void everyFormOfAKeyIsReadAndHandedOnAsPkcs8(String form, String algorithm) throws Exception {
    var pair = algorithm.equals("RSA") ? rsa : ec;
    var problems = new ArrayList<String>();
    var found = Certificates.of(secret(pair.chain(), key(form)), Json.array(), problems::add);
    assertThat(problems).isEmpty();
    var certificate = found.orElseThrow();
    assertThat(certificate.key()).startsWith("-----BEGIN PRIVATE KEY-----\n");
    assertThat(certificate.chain()).isEqualTo(pair.chain());
    assertThat(certificate.hosts())
        .as("those the certificate names")
        .containsExactly("ai.example.com", "*.ai.example.com");
  }

  @Test
  void hostsThatAreNamedWin() throws Exception {
    var hosts = Json.array().add("other.example.com");
    var found = Certificates.of(secret(ec.chain(), key("PKCS#8, EC")), hosts, _ -> {});
    assertThat(found.orElseThrow().hosts()).containsExactly("other.example.com");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PKCS#8, EC          | RSA  | ",
        "SEC 1 without curve | EC   | does not name its curve",
        "cut short           | EC   | cut short",
        "no base64           | EC   | ",
        "nothing             | EC   | no private key",
        "PKCS#8, EC          | none | ",
      })
  void aPairThatDoesNotFitIsToldAndLeftOut(String form, String chain, String why) throws Exception {
    var problems = new ArrayList<String>();
    var certificate =
        switch (chain) {
          case "RSA" -> rsa.chain();
          case "EC" -> ec.chain();
          default -> "no certificate";
        };
    var found = Certificates.of(secret(certificate, key(form)), Json.array(), problems::add);
    assertThat(found).isEmpty();
    assertThat(problems)
        .singleElement()
        .asString()
        .contains("secret pair cannot be shown", why == null ? "" : why);
  }

  @Test
  void theKeyOfAnotherCertificateIsNotTaken() throws Exception {
    var other = pair("other", "EC");
    var problems = new ArrayList<String>();
    assertThat(
            Certificates.of(secret(other.chain(), key("PKCS#8, EC")), Json.array(), problems::add))
        .isEmpty();
    assertThat(problems).singleElement().asString().contains("not that of the certificate");
  }

  @Test
  void withoutASecretThereIsNothingToTell() throws IOException {
    assertThat(Certificates.of(Optional.empty(), Json.array(), _ -> {})).isEmpty();
  }
}
