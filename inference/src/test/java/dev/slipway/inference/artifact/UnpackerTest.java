package dev.slipway.inference.artifact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class UnpackerTest {
  @TempDir Path temp;

  private final ByteArrayOutputStream tar = new ByteArrayOutputStream();

  /// Writes one ustar entry.
  private void entry(char type, String name, String link, byte[] content) throws IOException {
    byte[] header = new byte[512];
    put(header, 0, name);
    put(header, 100, "0000644");
    put(header, 124, String.format("%011o", content.length));
    put(header, 136, "00000000000");
    header[156] = (byte) type;
    put(header, 157, link);
    put(header, 257, "ustar");
    put(header, 263, "00");
    Arrays.fill(header, 148, 156, (byte) ' ');
    int sum = 0;
    for (byte each : header) {
      sum += each & 0xff;
    }
    put(header, 148, String.format("%06o", sum));
    tar.write(header);
    tar.write(content);
    tar.write(new byte[(512 - content.length % 512) % 512]);
  }

  private static void put(byte[] into, int at, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    System.arraycopy(bytes, 0, into, at, bytes.length);
  }

  private Path unpacked(byte[] archive, String name) throws Exception {
    Path file = Files.write(temp.resolve(name), archive);
    ArtifactSettings settings =
        ArtifactSettings.at(temp.resolve("cache")).withArtifactLimits(200L << 20, 50, 100);
    try (Artifact artifact =
        new Artifacts(settings)
            .fetch(file.toString(), Credentials.none(), Progress.Listener.none())) {
      return artifact.path();
    }
  }

  private ArtifactException refusal(byte[] archive, String name) {
    ArtifactException e =
        catchThrowableOfType(ArtifactException.class, () -> unpacked(archive, name));
    assertThat(temp.resolve("evil")).doesNotExist();
    return e;
  }

  @Test
  void tarZipAndGzipBecomeDirectories() throws Exception {
    entry('5', "./m/", "", new byte[0]);
    entry('0', "./m/a.txt", "", "one".getBytes(UTF_8));
    entry('x', "pax", "", "22 path=m/long é.txt\n".getBytes(UTF_8));
    entry('0', "short", "", "two".getBytes(UTF_8));
    entry('2', "m/link", "a.txt", new byte[0]);
    entry('1', "m/hard", "m/a.txt", new byte[0]);
    tar.write(new byte[1024]);
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(tar.toByteArray());
    }
    for (Path root :
        new Path[] {
          unpacked(tar.toByteArray(), "m.tar"), unpacked(packed.toByteArray(), "m.tgz")
        }) {
      assertThat(root.resolve("m/a.txt")).hasContent("one");
      assertThat(root.resolve("m/long é.txt")).hasContent("two");
      assertThat(root.resolve("m/link")).isSymbolicLink().hasContent("one");
      assertThat(root.resolve("m/hard")).hasContent("one");
    }
    assertThat(unpacked(zip("m/a.txt", "one".getBytes(UTF_8)), "m.zip").resolve("m/a.txt"))
        .hasContent("one");
  }

  private static byte[] zip(String name, byte[] content) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(content);
    }
    return out.toByteArray();
  }

  @ParameterizedTest(name = "{0} {1} -> {2}")
  @CsvSource({
    "0,../evil,'',leads out of its directory",
    "0,/evil,'',is an absolute path",
    "0,a/../../evil,'',leads out of its directory",
    "0,a\\..\\evil,'',has a character that no path should have",
    "2,l,../evil,leads out of it or to a link",
    "2,l,/etc/passwd,leads out of it or to a link",
    "1,l,../../etc/passwd,leads out of its directory",
    "1,l,nothing,which is no file before it",
    "3,null,'',which is no file",
    "6,pipe,'',which is no file"
  })
  void whatLeadsOutIsRefused(char type, String name, String link, String message) throws Exception {
    entry(type, name, link, new byte[0]);
    ArtifactException e = refusal(tar.toByteArray(), "bad.tar");
    assertThat(e.kind()).isEqualTo(ArtifactException.Kind.CORRUPT);
    assertThat(e).hasMessageContaining(message);
  }

  @Test
  void noFileIsWrittenThroughALink() throws Exception {
    entry('5', "d", "", new byte[0]);
    entry('2', "l", "d", new byte[0]);
    entry('0', "l/evil", "", "x".getBytes(UTF_8));
    assertThat(refusal(tar.toByteArray(), "bad.tar")).hasMessageContaining("which is a link");
  }

  @Test
  void bombsAreRefused() throws Exception {
    ArtifactException e = refusal(zip("a", new byte[150 << 20]), "bomb.zip");
    assertThat(e.kind()).isEqualTo(ArtifactException.Kind.TOO_LARGE);
    assertThat(e).hasMessageContaining("unpacks to more than 100 times as much");
    for (int i = 0; i < 51; i++) {
      entry('0', "f" + i, "", new byte[0]);
    }
    assertThat(refusal(tar.toByteArray(), "many.tar")).hasMessageContaining("more than 50 entries");
  }

  @Test
  void damagedArchivesAreRefusedWhereverTheyAreCut() throws Exception {
    entry('0', "m/a.txt", "", new byte[1000]);
    byte[] whole = tar.toByteArray();
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(whole);
    }
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    for (int i = 0; i < 60; i++) {
      byte[] source = i % 2 == 0 ? whole : packed.toByteArray();
      byte[] cut = Arrays.copyOf(source, random.nextInt(i % 2 == 0 ? 1024 : source.length - 1));
      ArtifactException e = refusal(cut, "cut" + i + (i % 2 == 0 ? ".tar" : ".tgz"));
      assertThat(e.kind()).isEqualTo(ArtifactException.Kind.CORRUPT);
    }
  }
}
