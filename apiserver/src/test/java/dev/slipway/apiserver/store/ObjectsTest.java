package dev.slipway.apiserver.store;

import static dev.slipway.apiserver.store.Fixtures.DEFAULTS;
import static dev.slipway.apiserver.store.Fixtures.MAPS;
import static dev.slipway.apiserver.store.Fixtures.await;
import static dev.slipway.apiserver.store.Fixtures.creation;
import static dev.slipway.apiserver.store.Fixtures.deletion;
import static dev.slipway.apiserver.store.Fixtures.names;
import static dev.slipway.apiserver.store.Fixtures.stampedVersion;
import static dev.slipway.apiserver.store.Fixtures.update;
import static dev.slipway.apiserver.store.Fixtures.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.apiserver.store.Objects.Change;
import dev.slipway.apiserver.store.Objects.CompactedException;
import dev.slipway.apiserver.store.Objects.Event;
import dev.slipway.apiserver.store.Objects.Feed;
import dev.slipway.apiserver.store.Objects.Page;
import dev.slipway.apiserver.store.Objects.StoreFailedException;
import dev.slipway.apiserver.store.Objects.Version;
import dev.slipway.apiserver.store.Objects.VersionConflictException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObjectsTest {
  @TempDir Path directory;
  private Objects objects;

  @BeforeEach
  void open() {
    objects = StoredObjects.open(directory.resolve("data"), DEFAULTS);
  }

  @AfterEach
  void close() {
    objects.close();
  }

  private void reopen(StoreSettings settings) {
    objects.close();
    objects = StoredObjects.open(directory.resolve("data"), settings);
  }

  @Test
  void startsAtVersionOneSoThatNoWriteGetsASpecialVersion() {
    assertThat(objects.resourceVersion()).isEqualTo(1);
    assertThat(objects.compactedVersion()).isEqualTo(1);
    assertThat(objects.commit(creation("a", "x", "1")).resourceVersion()).isEqualTo(2);
  }

  @Test
  void aCommittedObjectCarriesItsVersionInItsJson() {
    Version made = objects.commit(creation("a", "x", "1"));
    assertThat(stampedVersion(made)).isEqualTo("2");
    assertThat(objects.get(MAPS, "a", "x")).isSameAs(made);
    assertThat(objects.count(MAPS)).isEqualTo(1);
  }

  @Test
  void anUpdateAtTheCurrentVersionReplacesTheObject() {
    Version made = objects.commit(creation("a", "x", "1"));
    Version changed = objects.commit(update("a", "x", made.resourceVersion(), "2"));
    assertThat(changed.resourceVersion()).isEqualTo(3);
    assertThat(value(objects.get(MAPS, "a", "x"))).isEqualTo("2");
    assertThat(objects.count(MAPS)).isEqualTo(1);
  }

  @Test
  void aWriteAtAnyOtherVersionIsAConflictAndChangesNothing() {
    Version made = objects.commit(creation("a", "x", "1"));
    assertThatThrownBy(() -> objects.commit(creation("a", "x", "2")))
        .isInstanceOf(VersionConflictException.class)
        .hasMessageContaining("a/x already exists at version 2");
    assertThatThrownBy(() -> objects.commit(update("a", "x", 1, "2")))
        .isInstanceOf(VersionConflictException.class)
        .hasMessageContaining("a/x is at version 2, expected version 1");
    assertThatThrownBy(() -> objects.commit(update("a", "y", 2, "2")))
        .isInstanceOf(VersionConflictException.class)
        .hasMessageContaining("a/y does not exist");
    assertThat(objects.get(MAPS, "a", "x")).isSameAs(made);
    assertThat(objects.resourceVersion()).isEqualTo(2);
  }

  @Test
  void aDeletedObjectIsGoneAndItsNameIsFree() {
    Version gone = objects.commit(deletion(objects.commit(creation("a", "x", "1"))));
    assertThat(gone.deleted()).isTrue();
    assertThat(stampedVersion(gone)).isEqualTo("3");
    assertThat(objects.get(MAPS, "a", "x")).isNull();
    assertThat(objects.count(MAPS)).isZero();
    assertThatThrownBy(() -> objects.commit(update("a", "x", 3, "2")))
        .isInstanceOf(VersionConflictException.class);
    assertThat(objects.commit(creation("a", "x", "2")).resourceVersion()).isEqualTo(4);
  }

  @Test
  void resourcesDoNotMix() {
    objects.commit(creation("a", "x", "1"));
    objects.commit(
        new Change("core/secrets", "a", "x", 0, false, "{}".getBytes(StandardCharsets.UTF_8)));
    assertThat(objects.count(MAPS)).isEqualTo(1);
    assertThat(names(objects.list("core/secrets", "", "", 0, 0))).containsExactly("x");
    assertThat(objects.list("core/pods", "", "", 0, 0)).isEqualTo(new Page(List.of(), 3, false, 0));
    assertThat(objects.get("core/pods", "a", "x")).isNull();
  }

  @Test
  void aListIsInTheOrderOfItsKeysAndStaysWithinItsNamespace() {
    for (String key : List.of("b/x", "a/y", "a-b/x", "a/x", "aa/x")) {
      objects.commit(
          creation(key.substring(0, key.indexOf('/')), key.substring(key.indexOf('/') + 1), ""));
    }
    assertThat(objects.list(MAPS, "", "", 0, 0).items())
        .extracting(version -> version.namespace() + "/" + version.name())
        .containsExactly("a-b/x", "a/x", "a/y", "aa/x", "b/x");
    assertThat(names(objects.list(MAPS, "a", "", 0, 0))).containsExactly("x", "y");
    assertThat(names(objects.list(MAPS, "a", "a/x", 0, 0))).containsExactly("y");
    assertThat(names(objects.list(MAPS, "a", "b/x", 0, 0))).isEmpty();
    assertThat(names(objects.list(MAPS, "a", "a-b/x", 0, 0))).containsExactly("x", "y");
  }

  @Test
  void clusterScopedObjectsPageByNameAlone() {
    for (String name : List.of("n1", "n2", "n3")) {
      objects.commit(creation("", name, ""));
    }
    assertThat(names(objects.list(MAPS, "", "/n1", 1, 0))).containsExactly("n2");
    assertThat(names(objects.list(MAPS, "", "n2", 0, 0))).containsExactly("n3");
  }

  @Test
  void pagesOfOneListShowOneMomentWhateverIsWrittenMeanwhile() {
    for (int i = 0; i < 10; i++) {
      objects.commit(creation("a", "x" + i, "old"));
    }
    List<Version> seen = new ArrayList<>();
    Page page = objects.list(MAPS, "a", "", 3, 0);
    long moment = page.resourceVersion();
    assertThat(page.remaining()).isEqualTo(7);
    while (true) {
      seen.addAll(page.items());
      assertThat(page.resourceVersion()).isEqualTo(moment);
      if (!page.more()) {
        break;
      }
      disturb(seen.size());
      page = objects.list(MAPS, "a", "a/" + seen.getLast().name(), 3, moment);
    }
    assertThat(seen).hasSize(10).allMatch(version -> value(version).equals("old"));
    assertThat(page.remaining()).isZero();
  }

  private void disturb(int round) {
    for (Version version : objects.list(MAPS, "a", "", 0, 0).items()) {
      objects.commit(update("a", version.name(), version.resourceVersion(), "new"));
    }
    objects.commit(creation("a", "x" + round + "b", "new"));
    objects.commit(deletion(objects.list(MAPS, "a", "a/x7", 1, 0).items().getFirst()));
  }

  @Test
  void anExactListShowsEveryRetainedMoment() {
    Version first = objects.commit(creation("a", "x", "1"));
    Version second = objects.commit(update("a", "x", 2, "2"));
    objects.commit(deletion(second));
    Version third = objects.commit(creation("a", "x", "3"));
    assertThat(objects.list(MAPS, "", "", 0, 1).items()).isEmpty();
    assertThat(objects.list(MAPS, "", "", 0, 2).items()).containsExactly(first);
    assertThat(objects.list(MAPS, "", "", 0, 3).items()).containsExactly(second);
    assertThat(objects.list(MAPS, "", "", 0, 4).items()).isEmpty();
    assertThat(objects.list(MAPS, "", "", 0, 5).items()).containsExactly(third);
  }

  @Test
  void aListAtAVersionThatIsNotYetIsRefused() {
    assertThatThrownBy(() -> objects.list(MAPS, "", "", 0, 9))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aFeedTellsEveryChangeSinceItsVersionWithWhatItReplaced() throws Exception {
    Version first = objects.commit(creation("a", "x", "1"));
    Version second = objects.commit(update("a", "x", 2, "2"));
    Version gone = objects.commit(deletion(second));
    Version again = objects.commit(creation("a", "x", "3"));
    List<Event> all =
        List.of(
            new Event(first, null),
            new Event(second, first),
            new Event(gone, second),
            new Event(again, null));
    for (int from = 0; from < all.size(); from++) {
      try (Feed feed = objects.follow(MAPS, "", 1 + from)) {
        for (Event expected : all.subList(from, all.size())) {
          assertThat(await(feed)).isEqualTo(expected);
        }
        assertThat(feed.next(0, () -> false)).isNull();
      }
    }
  }

  @Test
  void aFeedOfANamespaceIsSilentAboutOthersButSeesThemPass() throws Exception {
    try (Feed feed = objects.follow(MAPS, "a", 1)) {
      objects.commit(creation("b", "x", "1"));
      objects.commit(creation("ab", "x", "1"));
      Version wanted = objects.commit(creation("a", "x", "1"));
      objects.commit(creation("b", "y", "1"));
      assertThat(await(feed).version()).isEqualTo(wanted);
      assertThat(feed.seenVersion()).isEqualTo(4);
      assertThat(feed.next(0, () -> false)).isNull();
      assertThat(feed.seenVersion()).isEqualTo(5);
    }
  }

  @Test
  void aQuietFeedKeepsUpWithOtherResources() throws Exception {
    try (Feed feed = objects.follow("core/pods", "", 1)) {
      objects.commit(creation("b", "x", "1"));
      assertThat(feed.next(0, () -> false)).isNull();
      assertThat(feed.seenVersion()).isEqualTo(2);
    }
  }

  @Test
  void aWaitingFeedEndsItsWaitWhenToldTo() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    try (Feed feed = objects.follow(MAPS, "", 1);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var waiting = threads.submit(() -> feed.next(600_000, stop::get));
      stop.set(true);
      feed.wake();
      assertThat(waiting.get()).isNull();
    }
  }

  @Test
  void aWaitingFeedEndsItsWaitWhenTheStoreCloses() throws Exception {
    try (Feed feed = objects.follow(MAPS, "", 1);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var waiting = threads.submit(() -> feed.next(600_000, () -> false));
      objects.close();
      assertThat(waiting.get()).isNull();
    }
  }

  @Test
  void aClosedStoreTakesNoChanges() {
    objects.close();
    assertThatThrownBy(() -> objects.commit(creation("a", "x", "1")))
        .isInstanceOf(StoreFailedException.class)
        .hasMessage("the store is closed");
  }

  @Test
  void everythingIsThereAfterAReopen() throws Exception {
    Version first = objects.commit(creation("a", "x", "1"));
    Version second = objects.commit(update("a", "x", 2, "2"));
    Version gone = objects.commit(deletion(objects.commit(creation("a", "y", "1"))));
    reopen(DEFAULTS);
    assertThat(objects.resourceVersion()).isEqualTo(5);
    assertThat(objects.count(MAPS)).isEqualTo(1);
    Version current = objects.get(MAPS, "a", "x");
    assertThat(current).usingRecursiveComparison().isEqualTo(second);
    assertThat(objects.list(MAPS, "", "", 0, 2).items())
        .usingRecursiveFieldByFieldElementComparator()
        .containsExactly(first);
    try (Feed feed = objects.follow(MAPS, "", 2)) {
      assertThat(await(feed)).usingRecursiveComparison().isEqualTo(new Event(second, first));
      assertThat(await(feed).before()).isNull();
      assertThat(await(feed).version()).usingRecursiveComparison().isEqualTo(gone);
    }
  }

  @Test
  void whatIsCompactedIsRefusedAndWhatIsRetainedIsExact() {
    reopen(Fixtures.keeping(4, 2));
    Version x = objects.commit(creation("a", "x", "0"));
    for (int i = 1; i <= 20; i++) {
      x = objects.commit(update("a", "x", x.resourceVersion(), "" + i));
    }
    awaitCompaction(18);
    long oldest = objects.compactedVersion();
    assertThatThrownBy(() -> objects.follow(MAPS, "", oldest - 1))
        .isInstanceOf(CompactedException.class);
    assertThatThrownBy(() -> objects.list(MAPS, "", "", 0, oldest - 1))
        .isInstanceOf(CompactedException.class);
    for (long version = oldest; version <= objects.resourceVersion(); version++) {
      assertThat(value(objects.list(MAPS, "", "", 0, version).items().getFirst()))
          .isEqualTo("" + (version - 2));
      objects.follow(MAPS, "", version).close();
    }
  }

  @Test
  void aFeedThatFallsBehindIsToldSo() {
    reopen(Fixtures.keeping(4, 2));
    try (Feed feed = objects.follow(MAPS, "", 1)) {
      for (int i = 0; i < 20; i++) {
        objects.commit(creation("a", "x" + i, ""));
      }
      awaitCompaction(17);
      assertThatThrownBy(() -> feed.next(0, () -> false)).isInstanceOf(CompactedException.class);
    }
  }

  @Test
  void theCounterGoesOnWhenTheNewestRowsAreCompactedDeletions() {
    reopen(Fixtures.keeping(1, 10));
    for (int i = 0; i < 5; i++) {
      objects.commit(deletion(objects.commit(creation("a", "x", ""))));
    }
    awaitCompaction(11);
    reopen(DEFAULTS);
    assertThat(objects.resourceVersion()).isEqualTo(11);
    assertThat(objects.compactedVersion()).isEqualTo(11);
    assertThat(objects.commit(creation("a", "x", "")).resourceVersion()).isEqualTo(12);
  }

  private void awaitCompaction(long version) {
    org.awaitility.Awaitility.await().until(() -> objects.compactedVersion() >= version);
  }
}
