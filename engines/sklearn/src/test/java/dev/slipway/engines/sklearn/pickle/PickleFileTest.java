package dev.slipway.engines.sklearn.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.engines.sklearn.Agreement;
import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.testkit.PythonKit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PickleFileTest {
  private static final PickleLimits LIMITS = new PickleLimits(1 << 26, 1 << 26, 1 << 26, 2_000);

  private static Path made = Path.of("");

  @TempDir private Path directory;

  @BeforeAll
  static void writePickles() {
    var module = PythonKit.root().resolve("engines/sklearn");
    made = module.resolve("target/pickles");
    PythonKit.with(Agreement.SKLEARN.toArray(String[]::new))
        .run(module.resolve("src/test/python/pickles.py"), made.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "values-0.pkl",
        "values-1.pkl",
        "values-2.pkl",
        "values-3.pkl",
        "values-4.pkl",
        "values-5.pkl",
        "values-plain.joblib",
        "values-zlib.joblib",
        "values-gzip.joblib",
        "values-bz2.joblib",
        "values-xz.joblib",
        "values-lzma.joblib"
      })
  void readsTheSameFromEveryProtocolAndCompression(String file) throws Exception {
    var values =
        (Map<?, ?>) java.util.Objects.requireNonNull(PickleFile.read(made.resolve(file), LIMITS));

    assertArray(values, "big endian", "i4", new long[] {0, 1, 2, 3, 4, 5}, 2, 3);
    assertArray(values, "fortran", "f8", new double[] {0, 1, 2, 3, 4, 5}, 2, 3);
    assertThat(array(values, "axes").shape()).containsExactly(3, 4, 2);
    assertThat(array(values, "axes").doubles()).startsWith(0, 12, 1, 13, 2, 14).endsWith(11, 23);
    assertArray(values, "objects", "O", new Object[] {"a", 1L, null, 2.5}, 4);
    assertArray(values, "text", "U2", new Object[] {"ab", "c"}, 2);
    assertThat((byte[]) ((Object[]) array(values, "bytes").storage())[0]).containsExactly('a', 'b');
    assertThat(array(values, "structured").field("a").storage()).isEqualTo(new long[] {1, 3});
    assertThat(array(values, "structured").field("b").storage()).isEqualTo(new double[] {2.5, 4.5});
    assertThat(array(values, "empty").shape()).containsExactly(0, 3);
    assertThat(values.get("half")).isEqualTo(1.5);
    assertThat(values.get("long double")).isEqualTo(-1.25);
    assertThat(values.get("scalar")).isEqualTo(-7L);
    assertThat(values.get("truth")).isEqualTo(true);
    assertThat(values.get("big")).isEqualTo(java.math.BigInteger.TWO.pow(70));
    assertThat((List<?>) values.get("list"))
        .isEqualTo(java.util.Arrays.asList(1L, -2L, 3.5, true, null, "é\u1234\ud83d\ude00\\ \n"));
    assertThat((List<?>) values.get("shared"))
        .allSatisfy(each -> assertThat(((NdArray) each).doubles()).containsExactly(0, 1, 2, 3, 4));
  }

  private static NdArray array(Map<?, ?> values, String name) {
    return (NdArray) java.util.Objects.requireNonNull(values.get(name));
  }

  private static void assertArray(
      Map<?, ?> values, String name, String dtype, Object storage, int... shape) {
    var found = array(values, name);
    assertThat(found.dtype()).as(name).isEqualTo(dtype);
    assertThat(found.shape()).as(name).isEqualTo(shape);
    assertThat(found.storage()).as(name).isEqualTo(storage);
  }

  @ParameterizedTest
  @CsvSource({
    "system-0.pkl,posix.system",
    "system-1.pkl,posix.system",
    "system-2.pkl,posix.system",
    "system-3.pkl,posix.system",
    "system-4.pkl,posix.system",
    "system-5.pkl,posix.system",
    "system.joblib,posix.system",
    "eval-0.pkl,builtins.eval",
    "eval-2.pkl,builtins.eval",
    "eval-4.pkl,builtins.eval",
    "eval-5.pkl,builtins.eval",
  })
  void namesTheGlobalOfAHostileFileAndExecutesNothing(String file, String global) {
    assertThatThrownBy(() -> PickleFile.read(made.resolve(file), LIMITS))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(file)
        .hasMessageContaining(global)
        .hasMessageContaining("nothing was executed");
    assertThat(made.resolve("executed")).doesNotExist();
  }

  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        // opcodes as latin-1, with \\xNN | what the message says | why
        "cos\\x0asystem\\x0a.|os.system|GLOBAL",
        "(S'id'\\x0aios\\x0asystem\\x0a.|os.system|INST checks the name too",
        "(cos\\x0asystem\\x0aS'id'\\x0ao.|os.system|OBJ checks the name too",
        "cbuiltins\\x0agetattr\\x0a.|builtins.getattr|the way to everything else",
        "cnumpy.testing._private.utils\\x0arunstring\\x0a.|runstring|runs code",
        "cjoblib.externals.cloudpickle\\x0aloads\\x0a.|cloudpickle|reads code",
        "c__main__\\x0aclean\\x0a.|__main__.clean|own code",
        "P1\\x0a.|PERSID|objects elsewhere",
        "\\x82\\x01.|EXT|the registry",
        "\\x97.|NEXT_BUFFER|buffers elsewhere",
        "\\x80\\x09.|protocol 9|from the future",
        "\\x8e\\x00\\x00\\x00\\x00\\x02\\x00\\x00\\x00.|claims 8589934592 bytes|8 GB that are not"
            + " there",
        "\\x8e\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff.|claims 18446744073709551615 bytes|overflow",
        "T\\xff\\xff\\xff\\xff.|claims|negative length",
        "\\x8b\\xff\\xff\\xff\\x7f.|integer of 2147483647 bytes|a long of 2 GB",
        "r\\x01\\x00\\x00\\x00.|missing on its stack|PUT without a value",
        "Nr\\xff\\xff\\xff\\xff.|memo number|memo of 4 billion entries",
        "g5\\x0a.|memo number 5|unknown memo",
        "]a.|is missing|APPEND without a value",
        "]]}s.|no dict|SETITEM on a list",
        "}]Ns.|cannot be a key|a list as a key",
        "\\x00\\x01|no opcode|nothing like it",
      })
  void refusesWhatIsNoModel(String opcodes, String message, String why) throws Exception {
    assertThatThrownBy(() -> read(bytes(opcodes)))
        .as(why)
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "sepal,petal\\x0a5.1,1.4\\x0a|a text file, not a pickle: it begins with \"sepal,petal\"",
        "version https://git-lfs.github.com/spec/v1\\x0aoid sha256:1\\x0a|a pointer of Git LFS",
        "<!DOCTYPE html><html></html>|a page of HTML",
        "{\"error\": \"no\"}|a text file",
      })
  void saysOfTextWhatItIs(String text, String message) {
    assertThatThrownBy(() -> read(bytes(text)))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(message);
  }

  private static byte[] bytes(String escaped) {
    var bytes = new ByteArrayOutputStream();
    for (int i = 0; i < escaped.length(); i++) {
      if (escaped.startsWith("\\x", i)) {
        bytes.write(Integer.parseInt(escaped, i + 2, i + 4, 16));
        i += 3;
      } else {
        bytes.write(escaped.charAt(i));
      }
    }
    return bytes.toByteArray();
  }

  private Object read(byte[] bytes) throws IOException, ModelLoadException {
    var file = directory.resolve("some.pkl");
    Files.write(file, bytes);
    return String.valueOf(PickleFile.read(file, LIMITS) == null);
  }

  @Test
  void readsAnEmptyFileAsTruncated() {
    assertThatThrownBy(() -> read(new byte[0]))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("ends after 0 bytes");
  }

  @Test
  void readsABillionLaughsInNoTime() throws Exception {
    var lists = new StringBuilder("]q\0");
    for (int i = 1; i < 100; i++) {
      lists.append("]q").append((char) i);
      for (int j = 0; j < 10; j++) {
        lists.append('h').append((char) (i - 1)).append('a');
      }
    }
    read(lists.append('.').toString().getBytes(StandardCharsets.ISO_8859_1));

    var keys = new StringBuilder("(}N");
    for (int i = 0; i < 60; i++) {
      keys.append("2\u0086");
    }
    var bomb = keys.append("Ns.").toString().getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> read(bomb)).hasMessageContaining("nested too deep");
  }

  @Test
  void limitsNestingMemoryAndExpansion() {
    assertThatThrownBy(() -> read("(".repeat(100_000).getBytes(StandardCharsets.US_ASCII)))
        .hasMessageContaining("nested more than 2000 deep");
    assertThatThrownBy(() -> read("]".repeat(4_000_000).getBytes(StandardCharsets.US_ASCII)))
        .hasMessageContaining("MiB of memory allowed");
    assertThatThrownBy(() -> read(deflated("\u0095        ", 1 << 23)))
        .hasMessageContaining("expands to more than");
    assertThatThrownBy(
            () ->
                PickleFile.read(
                    made.resolve("model.pkl"), new PickleLimits(100, 1 << 20, 1 << 20, 100)))
        .hasMessageContaining("more than the 100 bytes allowed");
  }

  private static byte[] deflated(String pattern, int times) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var block = pattern.repeat(1 << 10).getBytes(StandardCharsets.ISO_8859_1);
    try (var zlib = new DeflaterOutputStream(bytes, new Deflater(1))) {
      for (int i = 0; i < times >> 10; i++) {
        zlib.write(block);
      }
    }
    return bytes.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"model.pkl", "model.joblib", "values-plain.joblib", "values-0.pkl"})
  void refusesAFileCutAtAnyByte(String file) throws Exception {
    var whole = Files.readAllBytes(made.resolve(file));
    int last = whole.length - 1;
    for (int length = 0; length < last; length++) {
      var part = java.util.Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> read(part)).as("%d", length).isInstanceOf(ModelLoadException.class);
    }
  }

  @Test
  void survivesRandomMutations() throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    var files = List.of("model.pkl", "model.joblib", "values-5.pkl", "values-2.pkl");
    int refused = 0;
    for (int round = 0; round < 4_000; round++) {
      var bytes = Files.readAllBytes(made.resolve(files.get(round % files.size())));
      for (int i = random.nextInt(8); i >= 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        read(bytes);
      } catch (ModelLoadException expected) {
        refused++;
        assertThat(expected).as("seed %d", seed).hasMessageContaining("some.pkl");
      }
    }
    assertThat(refused).as("seed %d", seed).isPositive();
    assertThat(made.resolve("executed")).doesNotExist();
  }
}
