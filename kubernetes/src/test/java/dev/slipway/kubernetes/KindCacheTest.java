package dev.slipway.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Writes of this process and what the watch tells of them, in every order.
class KindCacheTest {
  private final KindCache cache = new KindCache(Kinds.CONFIG_MAP);
  private final Resource made = object("uid-1", "7");

  KindCacheTest() {
    cache.replace(List.of());
  }

  private static Resource object(String uid, String version) {
    var object = Json.object();
    Json.ensureObject(object, "metadata")
        .put("name", "it")
        .put("namespace", "default")
        .put("uid", uid)
        .put("resourceVersion", version);
    return Resource.of(Kinds.CONFIG_MAP, object);
  }

  @Test
  void whatWasDeletedStaysGoneWhileTheWatchStillTellsOfItsCreation() {
    cache.wrote(made);
    cache.deleted(made.key());
    cache.changed(made);
    assertThat(cache.get(made.key())).isEmpty();
    assertThat(cache.list("")).isEmpty();
    cache.removed(made);
    assertThat(cache.get(made.key())).isEmpty();
  }

  @Test
  void whatWasDeletedTwiceStaysGone() {
    cache.changed(made);
    cache.deleted(made.key());
    cache.deleted(made.key());
    assertThat(cache.get(made.key())).isEmpty();
  }

  @Test
  void anotherObjectOfTheNameIsSeen() {
    cache.wrote(made);
    cache.deleted(made.key());
    var next = object("uid-2", "9");
    cache.changed(next);
    assertThat(cache.get(made.key()).map(Resource::uid)).contains("uid-2");
  }

  /// A listener that waits for another thread, which reads here before it lets go.
  @Test
  void aListenerMayWaitForWhoReads() throws Exception {
    Executor threads = work -> Thread.ofVirtual().start(work);
    var heard = new CompletableFuture<Boolean>();
    cache.listen(
        (_, _) ->
            heard.complete(
                CompletableFuture.supplyAsync(() -> cache.get(made.key()).isPresent(), threads)
                    .join()));

    var told = CompletableFuture.runAsync(() -> cache.changed(made), threads);

    assertThat(heard.get(60, TimeUnit.SECONDS)).isTrue();
    told.get(60, TimeUnit.SECONDS);
  }
}
