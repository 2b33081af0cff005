package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.resource.Column;
import dev.slipway.apiserver.store.Objects;
import dev.slipway.apiserver.store.Objects.Page;
import dev.slipway.apiserver.store.Objects.Version;
import dev.slipway.base.Json;
import dev.slipway.net.Response;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The list verb: a consistent snapshot, paged where asked, streamed as stored bytes.
///
/// The meaning of `resourceVersion` and `resourceVersionMatch` follows the table in the Kubernetes
/// API concepts, "Semantics for
/// get and list".
final class Lists {
  /// Objects read from the store in one step.
  private static final int STEP = 1000;

  private static final byte[] COMMA = {','};
  private static final byte[] CLOSE = "]}\n".getBytes(StandardCharsets.US_ASCII);

  /// Objects of one answer.
  ///
  /// @param continuation token for the next page; empty on the last
  /// @param remaining how many objects follow; -1 where not known
  record Found(List<Version> items, long version, String continuation, long remaining) {}

  private final Kit kit;

  Lists(Kit kit) {
    this.kit = kit;
  }

  /// Answers a list request.
  void list(Call call, Query query, Form form, Response response) {
    Selection selection = Selection.of(call.resource(), query);
    Found found = find(call, query, selection);
    response.status(200);
    Answers.headers(response, call, form);
    if (form.equals(Form.PLAIN)) {
      stream(call, found, response);
    } else {
      response.send(Answers.render(tree(call, found, form, query), form));
    }
  }

  /// Gathers what a list request asks for.
  Found find(Call call, Query query, Selection selection) {
    long limit = Math.max(0, query.number("limit", 0));
    String token = query.text("continue");
    long asked = version(query);
    checkMatch(query, token);
    if (!token.isEmpty()) {
      Continue from = Continue.decode(token);
      return collect(call, selection, from.after(), limit, from.version());
    }
    return collect(call, selection, "", limit, snapshot(query, asked, limit));
  }

  private Found collect(Call call, Selection selection, String start, long limit, long snapshot) {
    var items = new ArrayList<Version>();
    String after = start;
    long version = snapshot;
    while (true) {
      int step = limit == 0 ? STEP : (int) Math.min(STEP, limit - items.size());
      Page page = page(call, after, step, version);
      version = page.resourceVersion();
      for (Version each : page.items()) {
        if (selection.matches(each)) {
          items.add(each);
        }
      }
      if (!page.more()) {
        return new Found(items, version, "", 0);
      }
      after = key(page.items().getLast());
      if (limit > 0 && items.size() >= limit) {
        long remaining = selection.isEverything() ? page.remaining() : -1;
        return new Found(items, version, new Continue(version, after).encode(), remaining);
      }
    }
  }

  private Page page(Call call, String after, int limit, long version) {
    try {
      return kit.objects()
          .list(call.resource().storageKey(), call.namespace(), after, limit, version);
    } catch (Objects.CompactedException gone) {
      throw after.isEmpty()
          ? ApiException.expired(String.valueOf(gone.getMessage()))
          : tooOldToContinue(after);
    }
  }

  private static ApiException tooOldToContinue(String after) {
    ApiException expired =
        ApiException.expired(
            "The provided continue parameter is too old to display a consistent list result. You"
                + " can start a new list without the continue parameter, or use the continue token"
                + " in this response to retrieve the remainder of the results. Continuing with the"
                + " provided token results in an inconsistent list - objects that were created,"
                + " modified, or deleted between the time the first chunk was returned and now may"
                + " show up in the list.");
    return expired.withContinue(new Continue(0, after).encode());
  }

  private long snapshot(Query query, long asked, long limit) {
    long newest = kit.objects().resourceVersion();
    if (asked > newest) {
      throw tooLarge(asked, newest);
    }
    String match = query.text("resourceVersionMatch");
    boolean exact = match.equals("Exact") || (match.isEmpty() && limit > 0 && asked > 0);
    return exact ? asked : 0;
  }

  static ApiException tooLarge(long asked, long newest) {
    ObjectNode details = Json.object().put("retryAfterSeconds", 1);
    details
        .putArray("causes")
        .addObject()
        .put("reason", "ResourceVersionTooLarge")
        .put("message", "Too large resource version");
    return ApiException.of(
        504, "Timeout", "Too large resource version: " + asked + ", current: " + newest, details);
  }

  /// @throws ApiException 400 where it is no version
  static long version(Query query) {
    String text = query.text("resourceVersion");
    if (text.isEmpty()) {
      return 0;
    }
    try {
      return Long.parseUnsignedLong(text);
    } catch (NumberFormatException _) {
      throw ApiException.badRequest(
          "resourceVersion: Invalid value: \""
              + text
              + "\": must be a whole number this server gave out");
    }
  }

  private static void checkMatch(Query query, String token) {
    String match = query.text("resourceVersionMatch");
    String version = query.text("resourceVersion");
    if (match.isEmpty()) {
      if (!token.isEmpty() && !version.isEmpty() && !version.equals("0")) {
        throw ApiException.badRequest(
            "specifying resource version is not allowed when using continue");
      }
      return;
    }
    if (!token.isEmpty()) {
      throw invalid("Forbidden: resourceVersionMatch is forbidden when continue is provided");
    }
    if (version.isEmpty()) {
      throw invalid(
          "Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided");
    }
    if (!match.equals("Exact") && !match.equals("NotOlderThan")) {
      throw invalid(
          "Unsupported value: \""
              + match
              + "\": supported values: \"Exact\", \"NotOlderThan\", \"\"");
    }
    if (match.equals("Exact") && version.equals("0")) {
      throw invalid(
          "Forbidden: resourceVersionMatch \"Exact\" is forbidden for resourceVersion \"0\"");
    }
  }

  private static ApiException invalid(String why) {
    return ApiException.of(
        422,
        "Invalid",
        "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: " + why,
        Json.object());
  }

  private static String key(Version version) {
    return version.namespace() + "/" + version.name();
  }

  private static void stream(Call call, Found found, Response response) {
    ObjectNode head = head(found, call.resource().listKind(), call.resource().apiVersion());
    String text = head.toString();
    String open = text.substring(0, text.length() - 1) + ",\"items\":[";
    response.write(open.getBytes(StandardCharsets.UTF_8));
    boolean first = true;
    boolean sameForm = Stored.sameForm(call.resource());
    for (Version each : found.items()) {
      byte[] bytes = sameForm ? each.json() : Json.bytes(Stored.served(call.resource(), each));
      if (first) {
        response.write(bytes);
      } else {
        response.write(COMMA, bytes);
      }
      first = false;
    }
    response.write(CLOSE);
    response.end();
  }

  private ObjectNode tree(Call call, Found found, Form form, Query query) {
    return switch (form.shape()) {
      case OBJECT -> objects(call, found);
      case METADATA -> metadata(call, found);
      case TABLE -> table(call, found, query.text("includeObject"));
    };
  }

  private static ObjectNode objects(Call call, Found found) {
    ObjectNode list = head(found, call.resource().listKind(), call.resource().apiVersion());
    ArrayNode items = list.putArray("items");
    found.items().forEach(each -> items.add(Stored.served(call.resource(), each)));
    return list;
  }

  private static ObjectNode metadata(Call call, Found found) {
    ObjectNode list = head(found, "PartialObjectMetadataList", "meta.k8s.io/v1");
    ArrayNode items = list.putArray("items");
    found
        .items()
        .forEach(each -> items.add(Tables.metadataOnly(Stored.served(call.resource(), each))));
    return list;
  }

  private ObjectNode table(Call call, Found found, String include) {
    List<Column> columns = Tables.columns(call.resource());
    Instant now = kit.clock().instant();
    ObjectNode table = Tables.head(columns);
    table.set("metadata", head(found, "", "").get("metadata"));
    ArrayNode rows = (ArrayNode) table.get("rows");
    for (Version each : found.items()) {
      rows.add(Tables.row(columns, Stored.served(call.resource(), each), include, now));
    }
    return table;
  }

  private static ObjectNode head(Found found, String kind, String apiVersion) {
    ObjectNode list = Json.object().put("kind", kind).put("apiVersion", apiVersion);
    ObjectNode metadata = list.putObject("metadata");
    metadata.put("resourceVersion", Long.toString(found.version()));
    if (!found.continuation().isEmpty()) {
      metadata.put("continue", found.continuation());
      if (found.remaining() > 0) {
        metadata.put("remainingItemCount", found.remaining());
      }
    }
    return list;
  }
}
