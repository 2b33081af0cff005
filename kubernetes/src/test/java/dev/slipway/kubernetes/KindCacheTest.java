package dev.slipway.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import java.util.List;
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
}
