package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.resource.Column;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.apiserver.store.Objects;
import dev.slipway.apiserver.store.Objects.Event;
import dev.slipway.apiserver.store.Objects.Feed;
import dev.slipway.apiserver.store.Objects.Version;
import dev.slipway.base.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The watch verb: what a client has not seen yet, then every change as it becomes durable.
///
/// Semantics: Kubernetes API concepts, "Efficient detection of changes", "Streaming lists",
/// KEP-3157.
final class Watches {
  /// A quiet watch that asked for bookmarks gets one this often.
  private static final long BOOKMARK_MILLIS = 60_000;

  private static final long MIN_SECONDS = 1800;

  /// Where events go: a chunked body or a WebSocket.
  interface Sink {
    /// Sends one event whole; the parts make one JSON document and end in a newline.
    void send(byte[]... parts);

    boolean closed();

    /// Runs when the client goes away.
    void onClose(Runnable action);
  }

  private final Kit kit;
  private final Set<Feed> running = ConcurrentHashMap.newKeySet();
  private volatile boolean ended;

  Watches(Kit kit) {
    this.kit = kit;
  }

  /// Ends all watches, so that a server that is closing need not wait for them. Later ones end at
  /// once.
  void end() {
    ended = true;
    running.forEach(Feed::wake);
  }

  /// A watch request, judged.
  ///
  /// @param from changes after this version are wanted
  /// @param initial objects to begin with, as additions
  record Plan(
      Selection selection, long from, List<Version> initial, boolean bookmarks, boolean announce) {}

  /// Judges a request before anything is sent.
  ///
  /// @throws ApiException where options contradict each other
  Plan plan(Call call, Query query, Lists lists) {
    Selection selection = Selection.of(call.resource(), query);
    boolean bookmarks = query.flag("allowWatchBookmarks");
    boolean initial = query.flag("sendInitialEvents");
    checkOptions(query, bookmarks);
    long asked = Lists.version(query);
    if (asked > 0 && !initial) {
      return new Plan(selection, asked, List.of(), bookmarks, false);
    }
    if (query.has("sendInitialEvents") && !initial) {
      long now = kit.objects().resourceVersion();
      return new Plan(selection, now, List.of(), bookmarks, false);
    }
    if (asked > kit.objects().resourceVersion()) {
      throw Lists.tooLarge(asked, kit.objects().resourceVersion());
    }
    Lists.Found found = lists.find(call, Query.parse(""), selection);
    return new Plan(selection, found.version(), found.items(), bookmarks, initial);
  }

  /// Sends events until the client leaves or the time is up.
  void run(Call call, Query query, Form form, Plan plan, Sink sink) throws InterruptedException {
    var writer = new Writer(call.resource(), form, query.text("includeObject"), sink);
    long millis = timeoutMillis(query);
    try (Feed feed =
        kit.objects().follow(call.resource().storageKey(), call.namespace(), plan.from())) {
      running.add(feed);
      sink.onClose(feed::wake);
      for (Version each : plan.initial()) {
        writer.event("ADDED", each);
      }
      if (plan.announce()) {
        writer.bookmark(plan.from(), true);
      }
      try {
        follow(feed, plan, writer, sink, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));
      } finally {
        running.remove(feed);
      }
    } catch (Objects.CompactedException gone) {
      writer.error(ApiException.expired(String.valueOf(gone.getMessage())));
    }
  }

  private void follow(Feed feed, Plan plan, Writer writer, Sink sink, long deadlineNanos)
      throws InterruptedException {
    long nextBookmark = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(BOOKMARK_MILLIS);
    long told = plan.from();
    BooleanSupplier over = () -> ended || sink.closed();
    while (!over.getAsBoolean()) {
      long now = System.nanoTime();
      long wait = Math.min(deadlineNanos - now, nextBookmark - now);
      Event event = feed.next(Math.max(0, TimeUnit.NANOSECONDS.toMillis(wait)), over);
      if (event != null) {
        writer.change(plan.selection(), event);
        continue;
      }
      now = System.nanoTime();
      boolean late = now >= deadlineNanos - TimeUnit.MILLISECONDS.toNanos(1);
      if (plan.bookmarks() && (late || now >= nextBookmark) && feed.seenVersion() > told) {
        told = feed.seenVersion();
        writer.bookmark(told, false);
      }
      if (late) {
        return;
      }
      if (now >= nextBookmark) {
        nextBookmark = now + TimeUnit.MILLISECONDS.toNanos(BOOKMARK_MILLIS);
      }
    }
  }

  private static long timeoutMillis(Query query) {
    long asked = query.number("timeoutSeconds", 0);
    long seconds =
        asked > 0 ? asked : MIN_SECONDS + ThreadLocalRandom.current().nextLong(MIN_SECONDS);
    return TimeUnit.SECONDS.toMillis(Math.min(seconds, TimeUnit.DAYS.toSeconds(1)));
  }

  private static void checkOptions(Query query, boolean bookmarks) {
    String match = query.text("resourceVersionMatch");
    if (query.has("sendInitialEvents")) {
      if (!match.equals("NotOlderThan")) {
        throw invalid(
            "resourceVersionMatch: Forbidden: sendInitialEvents requires setting"
                + " resourceVersionMatch to NotOlderThan");
      }
      if (query.flag("sendInitialEvents") && !bookmarks) {
        throw invalid(
            "allowWatchBookmarks: Forbidden: sendInitialEvents requires allowWatchBookmarks");
      }
    } else if (!match.isEmpty()) {
      throw invalid(
          "resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless"
              + " sendInitialEvents is provided");
    }
  }

  private static ApiException invalid(String why) {
    return ApiException.of(
        422, "Invalid", "ListOptions.meta.k8s.io \"\" is invalid: " + why, Json.object());
  }

  /// Turns changes into event documents of one form.
  private final class Writer {
    private static final byte[] END = {'}', '\n'};

    private final Resource resource;
    private final Form form;
    private final String include;
    private final Sink sink;
    private final boolean raw;
    private final List<Column> columns;
    private boolean columnsSent;

    Writer(Resource resource, Form form, String include, Sink sink) {
      this.resource = resource;
      this.form = form;
      this.include = include;
      this.sink = sink;
      this.raw = form.shape() == Form.Shape.OBJECT && Stored.sameForm(resource);
      this.columns = form.shape() == Form.Shape.TABLE ? Tables.columns(resource) : List.of();
    }

    /// A change as this selection sees it: an object may enter or leave it by being modified.
    void change(Selection selection, Event event) {
      Version version = event.version();
      Version before = event.before();
      if (selection.isEverything()) {
        event(version.deleted() ? "DELETED" : before == null ? "ADDED" : "MODIFIED", version);
        return;
      }
      boolean was = before != null && selection.matches(before);
      boolean is = !version.deleted() && selection.matches(version);
      if (was && !is) {
        leave(version, java.util.Objects.requireNonNull(before));
      } else if (is) {
        event(was ? "MODIFIED" : "ADDED", version);
      }
    }

    /// The object is gone, or no longer one of the selection: then its last form that was is shown.
    private void leave(Version version, Version before) {
      if (version.deleted()) {
        event("DELETED", version);
        return;
      }
      ObjectNode object = Stored.served(resource, before);
      Metas.of(object).put("resourceVersion", Long.toString(version.resourceVersion()));
      tree("DELETED", shaped(object));
    }

    void event(String type, Version version) {
      if (raw) {
        sink.send(opening(type), version.json(), END);
      } else {
        tree(type, shaped(Stored.served(resource, version)));
      }
    }

    void bookmark(long version, boolean endOfInitial) {
      ObjectNode object =
          Json.object().put("kind", resource.kind()).put("apiVersion", resource.apiVersion());
      ObjectNode metadata = object.putObject("metadata");
      metadata.put("resourceVersion", Long.toString(version)).putNull("creationTimestamp");
      if (endOfInitial) {
        metadata.putObject("annotations").put("k8s.io/initial-events-end", "true");
      }
      tree("BOOKMARK", form.shape() == Form.Shape.TABLE ? bookmarkTable(object) : shaped(object));
    }

    void error(ApiException refused) {
      tree("ERROR", refused.toStatus());
    }

    private ObjectNode bookmarkTable(ObjectNode object) {
      ObjectNode table = Tables.head(List.of());
      table.set("metadata", object.get("metadata"));
      ObjectNode row = ((ArrayNode) table.get("rows")).addObject();
      row.putArray("cells");
      row.set("object", Tables.metadataOnly(object));
      return table;
    }

    private ObjectNode shaped(ObjectNode object) {
      return switch (form.shape()) {
        case OBJECT -> object;
        case METADATA -> Tables.metadataOnly(object);
        case TABLE -> {
          ObjectNode table = Tables.head(columnsSent ? List.of() : columns);
          columnsSent = true;
          Json.ensureObject(table, "metadata")
              .put("resourceVersion", Metas.resourceVersion(object));
          ((ArrayNode) table.get("rows"))
              .add(Tables.row(columns, object, include, kit.clock().instant()));
          yield table;
        }
      };
    }

    private void tree(String type, ObjectNode object) {
      sink.send(opening(type), Json.bytes(object), END);
    }
  }

  private static byte[] opening(String type) {
    return switch (type) {
      case "ADDED" -> ADDED;
      case "MODIFIED" -> MODIFIED;
      case "DELETED" -> DELETED;
      case "BOOKMARK" -> BOOKMARK;
      default -> ERROR;
    };
  }

  private static final byte[] ADDED = open("ADDED");
  private static final byte[] MODIFIED = open("MODIFIED");
  private static final byte[] DELETED = open("DELETED");
  private static final byte[] BOOKMARK = open("BOOKMARK");
  private static final byte[] ERROR = open("ERROR");

  private static byte[] open(String type) {
    return ("{\"type\":\"" + type + "\",\"object\":").getBytes(StandardCharsets.US_ASCII);
  }
}
