package dev.slipway.kubernetes;

import dev.slipway.base.Json;
import dev.slipway.control.ClusterException;
import dev.slipway.control.Resource;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Keeps one [KindCache] up to date: lists, then watches from there, again and again. One virtual
/// thread, on which the cache and its listeners are told.
///
/// Implementation note: a chunk of the stream is asked for only after the one before has been dealt
/// with, so a slow listener slows the server, never fills memory.
final class KindWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(KindWatch.class);
  private static final int PAGE = 500;
  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final long LAST_PAUSE_MILLIS = 5_000;
  private static final long SILENCE_SECONDS = 400;
  private static final int SERVER_TIMEOUT_SECONDS = 300;

  private final Wire wire;
  private final KindCache cache;
  private final Thread thread;
  private long pauseMillis = FIRST_PAUSE_MILLIS;
  private volatile boolean closed;

  KindWatch(Wire wire, KindCache cache) {
    this.wire = wire;
    this.cache = cache;
    this.thread = Thread.ofVirtual().name("watch-" + cache.kind().qualified()).start(this::run);
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }

  private void run() {
    while (!closed) {
      try {
        String version = list();
        pauseMillis = FIRST_PAUSE_MILLIS;
        while (!closed && !version.isEmpty()) {
          version = watch(version);
        }
      } catch (ClusterException refused) {
        if (refused.isNotFound()) {
          cache.notServed();
        } else if (refused.code() != 410) {
          log.debug("watching {}: {}", cache.kind(), refused.getMessage());
        }
        pause();
      } catch (InterruptedException _) {
        return;
      } catch (RuntimeException failure) {
        log.warn("watching {} failed, starting over", cache.kind(), failure);
        pause();
      }
    }
  }

  private void pause() {
    try {
      Thread.sleep(pauseMillis);
      pauseMillis = Math.min(2 * pauseMillis, LAST_PAUSE_MILLIS);
    } catch (InterruptedException _) {
      closed = true;
    }
  }

  /// @return the version of the list
  private String list() {
    var present = new ArrayList<Resource>();
    String path = Paths.all(cache.kind()) + "?limit=" + PAGE;
    ObjectNode page = wire.get(path);
    take(page, present);
    for (String next = next(page); !next.isEmpty(); next = next(page)) {
      page = wire.get(path + "&continue=" + Paths.encoded(next));
      take(page, present);
    }
    cache.replace(present);
    return Json.text(page, "metadata", "resourceVersion");
  }

  private static String next(ObjectNode page) {
    return Json.text(page, "metadata", "continue");
  }

  private void take(ObjectNode page, List<Resource> present) {
    for (JsonNode each : page.path("items")) {
      if (each instanceof ObjectNode object) {
        present.add(resource(object));
      }
    }
  }

  private Resource resource(ObjectNode object) {
    ObjectNode whole = Json.object();
    whole.put("apiVersion", cache.kind().apiVersion()).put("kind", cache.kind().kind());
    whole.setAll(object);
    return Resource.of(cache.kind(), whole);
  }

  /// What the stream brings: bytes, or how it ended.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Chunk(byte[] bytes, Optional<Throwable> failure, boolean end) {}

  /// Follows changes until the stream ends.
  ///
  /// @return the version to go on from; empty to list anew
  private String watch(String from) throws InterruptedException {
    var chunks = new LinkedBlockingQueue<Chunk>();
    HttpResponse<AsyncBody> response = open(from, chunks);
    AsyncBody body = response.body();
    if (!response.isSuccessful()) {
      body.cancel();
      throw Wire.refusal(response.code(), Json.object());
    }
    var _ =
        body.done()
            .whenComplete(
                (_, failure) ->
                    chunks.add(new Chunk(new byte[0], Optional.ofNullable(failure), true)));
    try {
      return read(from, body, chunks);
    } finally {
      body.cancel();
    }
  }

  private HttpResponse<AsyncBody> open(String from, LinkedBlockingQueue<Chunk> chunks) {
    String path =
        Paths.all(cache.kind())
            + "?watch=true&allowWatchBookmarks=true&timeoutSeconds="
            + SERVER_TIMEOUT_SECONDS
            + "&resourceVersion="
            + Paths.encoded(from);
    try {
      return wire.http()
          .consumeBytes(
              wire.request(path).forStreaming().build(),
              (buffers, _) -> chunks.add(new Chunk(joined(buffers), Optional.empty(), false)))
          .join();
    } catch (CompletionException failed) {
      throw Wire.unreachable(failed.getCause() == null ? failed : failed.getCause());
    }
  }

  private static byte[] joined(List<ByteBuffer> buffers) {
    var bytes = new ByteArrayOutputStream();
    for (ByteBuffer each : buffers) {
      byte[] part = new byte[each.remaining()];
      each.get(part);
      bytes.writeBytes(part);
    }
    return bytes.toByteArray();
  }

  private String read(String from, AsyncBody body, LinkedBlockingQueue<Chunk> chunks)
      throws InterruptedException {
    String version = from;
    var line = new ByteArrayOutputStream();
    while (!closed) {
      body.consume();
      Chunk chunk = chunks.poll(SILENCE_SECONDS, TimeUnit.SECONDS);
      if (chunk == null || chunk.end) {
        return version;
      }
      for (byte each : chunk.bytes) {
        if (each != '\n') {
          line.write(each);
        } else if (line.size() > 0) {
          version = told(Json.parseObject(line.toByteArray()), version);
          line.reset();
          if (version.isEmpty()) {
            return version;
          }
        }
      }
    }
    return version;
  }

  /// @return the version reached; empty where the server cannot go on from here
  private String told(ObjectNode event, String before) {
    if (!(event.get("object") instanceof ObjectNode object)) {
      return before;
    }
    String version = Json.text(object, "metadata", "resourceVersion");
    switch (Json.text(event, "type")) {
      case "ADDED", "MODIFIED" -> cache.changed(resource(object));
      case "DELETED" -> cache.removed(resource(object));
      case "ERROR" -> {
        return "";
      }
      default -> {}
    }
    return version.isEmpty() ? before : version;
  }
}
