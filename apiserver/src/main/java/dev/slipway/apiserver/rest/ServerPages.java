package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.access.UserInfo;
import dev.slipway.apiserver.resource.Catalog;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.apiserver.store.Objects;
import dev.slipway.base.Json;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a server says of itself: version, health, metrics, and the list of its paths.
final class ServerPages implements Page {
  private static final String TEXT = "text/plain; charset=utf-8";

  private final Supplier<Catalog> catalog;
  private final Objects objects;
  private final Metrics metrics;
  private final BooleanSupplier ready;

  ServerPages(Supplier<Catalog> catalog, Objects objects, Metrics metrics, BooleanSupplier ready) {
    this.catalog = catalog;
    this.objects = objects;
    this.metrics = metrics;
    this.ready = ready;
  }

  @Override
  public boolean serve(Request request, Response response, UserInfo user) {
    String path = request.rawPath();
    if (path.equals("/version") || path.equals("/version/")) {
      Answers.send(response, 200, version(), Form.PLAIN);
    } else if (path.equals("/") || path.isEmpty()) {
      Answers.send(response, 200, index(), Form.PLAIN);
    } else if (path.equals("/metrics")) {
      byte[] body = metrics.text(counts()).getBytes(StandardCharsets.UTF_8);
      response.header("content-type", "text/plain; version=0.0.4; charset=utf-8").send(body);
    } else if (health(path)) {
      answerHealth(path, request, response);
    } else {
      return false;
    }
    return true;
  }

  private static boolean health(String path) {
    return path.equals("/healthz")
        || path.equals("/livez")
        || path.equals("/readyz")
        || path.equals("/healthz/ping")
        || path.equals("/livez/ping")
        || path.equals("/readyz/ping")
        || path.equals("/readyz/store")
        || path.equals("/healthz/store")
        || path.equals("/livez/store");
  }

  private void answerHealth(String path, Request request, Response response) {
    boolean good = !path.startsWith("/readyz") || ready.getAsBoolean();
    boolean verbose = Query.parse(request.rawQuery()).has("verbose");
    String name = path.substring(1);
    String text =
        verbose
            ? "[+]ping ok\n["
                + (good ? "+" : "-")
                + "]store "
                + (good ? "ok" : "failed: starting")
                + "\n"
                + name
                + " check "
                + (good ? "passed" : "failed")
                + "\n"
            : good ? "ok" : "starting";
    response
        .status(good ? 200 : 500)
        .header("content-type", TEXT)
        .header("x-content-type-options", "nosniff")
        .send(text.getBytes(StandardCharsets.UTF_8));
  }

  private static ObjectNode version() {
    return Json.object()
        .put("major", "1")
        .put("minor", "36")
        .put("gitVersion", "v1.36.0+slipway")
        .put("gitCommit", "")
        .put("gitTreeState", "clean")
        .put("buildDate", "1970-01-01T00:00:00Z")
        .put("goVersion", "")
        .put("compiler", "java " + Runtime.version().feature())
        .put("platform", "linux/" + architecture());
  }

  private static String architecture() {
    String name = System.getProperty("os.arch", "");
    return name.equals("aarch64") ? "arm64" : name.equals("x86_64") ? "amd64" : name;
  }

  private ObjectNode index() {
    ObjectNode index = Json.object();
    ArrayNode paths = index.putArray("paths");
    paths.add("/api").add("/api/v1").add("/apis");
    catalog.get().all().stream()
        .filter(each -> !each.group().isEmpty())
        .flatMap(
            each ->
                java.util.stream.Stream.of(
                    "/apis/" + each.group(), "/apis/" + each.group() + "/" + each.version()))
        .distinct()
        .sorted()
        .forEach(paths::add);
    for (String each :
        new String[] {
          "healthz", "livez", "metrics", "openapi/v2", "openapi/v3", "readyz", "version"
        }) {
      paths.add("/" + each);
    }
    return index;
  }

  private Map<String, Integer> counts() {
    var counts = new HashMap<String, Integer>();
    for (Resource each : catalog.get().all()) {
      if (each.verbs().contains("list") && each.group().equals(each.storageGroup())) {
        counts.put(each.qualified(), objects.count(each.storageKey()));
      }
    }
    return counts;
  }
}
