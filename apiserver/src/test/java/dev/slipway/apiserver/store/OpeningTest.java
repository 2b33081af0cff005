package dev.slipway.apiserver.store;

import static dev.slipway.apiserver.store.Fixtures.DEFAULTS;
import static dev.slipway.apiserver.store.Fixtures.MAPS;
import static dev.slipway.apiserver.store.Fixtures.creation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpeningTest {
  @TempDir Path temporary;
  private Path data;
  private Path file;

  @BeforeEach
  void fill() {
    data = temporary.resolve("data");
    file = data.resolve(SqliteStore.FILE);
    try (Objects objects = StoredObjects.open(data, DEFAULTS)) {
      for (int i = 0; i < 100; i++) {
        objects.commit(creation("a", "x" + i, "value-" + i));
      }
    }
  }

  @Test
  void theDirectoryAndTheFileAreForTheirUserOnly() throws IOException {
    assertThat(permissions(data)).isEqualTo("rwx------");
    assertThat(permissions(file)).isEqualTo("rw-------");
    assertThat(permissions(data.resolve("store.lock"))).isEqualTo("rw-------");
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
    StoredObjects.open(data, DEFAULTS).close();
    assertThat(permissions(data)).isEqualTo("rwx------");
  }

  @Test
  void aDirectoryThatHoldsSomethingElseKeepsItsPermissions() throws IOException {
    Path other = Files.createDirectory(temporary.resolve("other"));
    Files.writeString(other.resolve("mine"), "");
    Files.setPosixFilePermissions(other, PosixFilePermissions.fromString("rwxr-xr-x"));
    StoredObjects.open(other, DEFAULTS).close();
    assertThat(permissions(other)).isEqualTo("rwxr-xr-x");
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void aSecondStoreInThisProcessIsRefusedAndTheFirstGoesOn() {
    try (Objects first = StoredObjects.open(data, DEFAULTS)) {
      assertThatThrownBy(() -> StoredObjects.open(data, DEFAULTS))
          .isInstanceOf(DataDirectoryInUseException.class)
          .hasMessageContaining("process " + ProcessHandle.current().pid());
      first.commit(creation("a", "more", ""));
    }
    StoredObjects.open(data, DEFAULTS).close();
  }

  @Test
  void aSecondProcessIsRefusedByThePidOfTheFirst() throws Exception {
    Process child = Child.of(OpenAndWait.class, data.toString());
    try {
      assertThat(child.inputReader().lines().anyMatch("open"::equals)).isTrue();
      assertThatThrownBy(() -> StoredObjects.open(data, DEFAULTS))
          .isInstanceOfSatisfying(
              DataDirectoryInUseException.class,
              refused -> assertThat(refused.pid()).isEqualTo(child.pid()))
          .hasMessageContaining("process " + child.pid());
    } finally {
      child.destroyForcibly().waitFor();
    }
    StoredObjects.open(data, DEFAULTS).close();
  }

  /// Holds a data directory until it is killed.
  static final class OpenAndWait {
    public static void main(String[] arguments) throws IOException {
      try (Objects objects = StoredObjects.open(Path.of(arguments[0]), DEFAULTS)) {
        System.out.println("open");
        int input = System.in.read();
        System.out.println(input + " ends version " + objects.resourceVersion());
      }
    }
  }

  @Test
  void aFileInPlaceOfTheDirectoryIsRefused() throws IOException {
    Path taken = Files.writeString(temporary.resolve("taken"), "mine");
    for (Path path : new Path[] {taken, taken.resolve("below")}) {
      assertThatThrownBy(() -> StoredObjects.open(path, DEFAULTS))
          .isInstanceOf(DataDirectoryUnusableException.class)
          .hasMessageContaining(path.toString())
          .hasMessageContaining("choose another directory");
    }
    assertThat(taken).hasContent("mine");
  }

  @Test
  void aDirectoryThatCannotBeWrittenIsRefused() {
    // /proc refuses new files to every user, root included.
    for (Path path : new Path[] {Path.of("/proc"), Path.of("/proc/slipway")}) {
      assertThatThrownBy(() -> StoredObjects.open(path, DEFAULTS))
          .isInstanceOf(DataDirectoryUnusableException.class);
    }
  }

  @Test
  void aStoreOfANewerBuildIsRefusedByItsFormat() throws Exception {
    change("UPDATE meta SET value = '99' WHERE key = 'format'");
    assertRefusedUntouched(StoreFormatException.class, "format 99, written by a newer build");
  }

  @Test
  void aStoreOfAnOlderFormatIsRefusedByItsFormat() throws Exception {
    change("UPDATE meta SET value = '0' WHERE key = 'format'");
    assertRefusedUntouched(StoreFormatException.class, "format 0, written by an older build");
  }

  @Test
  void anotherProgramsDatabaseIsRefused() throws Exception {
    change("DROP TABLE meta");
    assertRefusedUntouched(StoreDamagedException.class, "not of this program");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DELETE FROM changes WHERE version = 40",
        "UPDATE changes SET name = 'other' WHERE version = 40",
        "UPDATE changes SET value = x'7b7d' WHERE version = 40",
        "UPDATE changes SET deleted = 1 WHERE version = 40",
        "DELETE FROM meta WHERE key = 'compacted'",
        "DROP TABLE changes"
      })
  void aStoreThatLostOrChangedSomethingIsRefused(String damage) throws Exception {
    change(damage);
    assertRefusedUntouched(StoreDamagedException.class, "restore it from a copy");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 50, 99, 512, 4096, 5000, 8192, 20_000})
  void aTruncatedFileIsRefused(int length) throws Exception {
    byte[] whole = Files.readAllBytes(file);
    assertThat(whole.length).isGreaterThan(length);
    Files.write(file, Arrays.copyOf(whole, length));
    assertRefusedUntouched(StoreDamagedException.class, file.toString());
  }

  @Test
  void garbageIsRefused() throws Exception {
    byte[] garbage = new byte[100_000];
    new Random(1).nextBytes(garbage);
    Files.write(file, garbage);
    assertRefusedUntouched(StoreDamagedException.class, file.toString());
  }

  @Test
  void aMissingFileWithItsJournalLeftIsRefused() throws Exception {
    Files.delete(file);
    Files.writeString(data.resolve(SqliteStore.FILE + "-wal"), "x");
    assertThatThrownBy(() -> StoredObjects.open(data, DEFAULTS))
        .isInstanceOf(StoreDamagedException.class)
        .hasMessageContaining("its journal is there");
    assertThat(file).doesNotExist();
  }

  @Test
  void flippedBytesAreRefusedOrHarmless() throws Exception {
    long seed = System.nanoTime();
    System.out.println("flippedBytesAreRefusedOrHarmless seed " + seed);
    Random random = new Random(seed);
    byte[] whole = Files.readAllBytes(file);
    for (int round = 0; round < 60; round++) {
      byte[] damaged = whole.clone();
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, damaged, StandardOpenOption.TRUNCATE_EXISTING);
      assertRefusedOrWhole();
    }
  }

  private void assertRefusedOrWhole() {
    try (Objects objects = StoredObjects.open(data, DEFAULTS)) {
      assertThat(objects.list(MAPS, "a", "", 0, 0).items()).hasSize(100);
      for (int i = 0; i < 100; i++) {
        assertThat(Fixtures.value(objects.get(MAPS, "a", "x" + i))).isEqualTo("value-" + i);
      }
    } catch (StoreOpenException refused) {
      assertThat(refused).hasMessageContaining(file.toString());
    }
  }

  @Test
  void aStartCutShortBeforeTheFileWasWholeStartsAfresh() throws Exception {
    Path fresh = temporary.resolve("fresh");
    Files.createDirectory(fresh);
    Files.writeString(fresh.resolve(SqliteStore.FILE + ".new"), "half");
    try (Objects objects = StoredObjects.open(fresh, DEFAULTS)) {
      assertThat(objects.resourceVersion()).isEqualTo(1);
    }
  }

  private void change(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void assertRefusedUntouched(Class<? extends StoreOpenException> type, String message)
      throws IOException {
    byte[] before = Files.readAllBytes(file);
    assertThatThrownBy(() -> StoredObjects.open(data, DEFAULTS))
        .isInstanceOf(type)
        .hasMessageContaining(message);
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }
}
