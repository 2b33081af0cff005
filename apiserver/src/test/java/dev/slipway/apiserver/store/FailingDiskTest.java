package dev.slipway.apiserver.store;

import static dev.slipway.apiserver.store.Fixtures.DEFAULTS;
import static dev.slipway.apiserver.store.Fixtures.MAPS;
import static dev.slipway.apiserver.store.Fixtures.creation;
import static dev.slipway.apiserver.store.Fixtures.deletion;
import static dev.slipway.apiserver.store.Fixtures.update;
import static dev.slipway.apiserver.store.Fixtures.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.apiserver.store.Objects.Feed;
import dev.slipway.apiserver.store.Objects.StoreFailedException;
import dev.slipway.apiserver.store.Objects.Version;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailingDiskTest {
  @TempDir Path directory;

  @Test
  void aFullDiskRefusesChangesClearlyAndShowsNothingOfThem() throws Exception {
    FakeStore disk = new FakeStore();
    try (Objects objects = StoredObjects.open(disk, DEFAULTS, () -> {});
        Feed feed = objects.follow(MAPS, "", 2)) {
      Version made = objects.commit(creation("a", "x", "1"));
      disk.fill();
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> objects.commit(update("a", "x", 2, "2")))
            .isInstanceOf(StoreFailedException.class)
            .hasMessageContaining("disk is full");
      }
      assertThatThrownBy(() -> objects.commit(deletion(made)))
          .isInstanceOf(StoreFailedException.class);
      assertThat(objects.get(MAPS, "a", "x")).isSameAs(made);
      assertThat(objects.resourceVersion()).isEqualTo(2);
      assertThat(feed.next(0, () -> false)).isNull();
    }
  }

  @Test
  void changesWorkAgainOnceThereIsRoom() {
    FakeStore disk = new FakeStore();
    try (Objects objects = StoredObjects.open(disk, DEFAULTS, () -> {})) {
      objects.commit(creation("a", "x", "1"));
      disk.fill();
      assertThatThrownBy(() -> objects.commit(update("a", "x", 2, "2")))
          .isInstanceOf(StoreFailedException.class);
      disk.free();
      assertThat(objects.commit(update("a", "x", 2, "3")).resourceVersion()).isEqualTo(3);
      assertThat(disk.position().newest()).isEqualTo(3);
    }
  }

  @Test
  void historyStaysWhereItCannotBeForgottenOnDisk() {
    FakeStore disk = new FakeStore();
    try (Objects objects = StoredObjects.open(disk, Fixtures.keeping(2, 1), () -> {})) {
      disk.refuseCompaction();
      for (int i = 0; i < 10; i++) {
        objects.commit(creation("a", "x" + i, ""));
      }
      assertThat(objects.compactedVersion()).isEqualTo(1);
      assertThat(objects.list(MAPS, "", "", 0, 3).items()).hasSize(2);
    }
  }

  @Test
  void aFileThatIsLockedByAnotherToolFailsOneWriteAndLosesNothing() throws Exception {
    try (Objects objects = StoredObjects.open(directory.resolve("data"), DEFAULTS)) {
      objects.commit(creation("a", "x", "1"));
      String file = directory.resolve("data").resolve(SqliteStore.FILE).toString();
      try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
          Statement statement = other.createStatement()) {
        statement.execute("BEGIN IMMEDIATE");
        assertThatThrownBy(() -> objects.commit(update("a", "x", 2, "2")))
            .isInstanceOf(StoreFailedException.class)
            .hasMessageContaining(file);
        statement.execute("ROLLBACK");
      }
      Awaitility.await()
          .ignoreException(StoreFailedException.class)
          .until(() -> objects.commit(update("a", "x", 2, "3")).resourceVersion() == 3);
    }
    try (Objects objects = StoredObjects.open(directory.resolve("data"), DEFAULTS)) {
      assertThat(value(objects.get(MAPS, "a", "x"))).isEqualTo("3");
    }
  }
}
