package dev.slipway.katib.collect;

import dev.slipway.controllers.katib.Observations.MetricLog;
import dev.slipway.katib.collect.ObservedTrial.Collector;
import dev.slipway.katib.parse.PrometheusText;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/// A page of Prometheus' text that a container serves, asked for while it runs. A value is kept
/// when it differs from the one before.
final class PageSource implements Source {
  private static final String NAME = "page";
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final int MOST_BYTES = 16 * 1024 * 1024;
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().connectTimeout(TIMEOUT).proxy(HttpClient.Builder.NO_PROXY).build();

  private final Collection collection;
  private final Collector.Page page;
  private final Map<String, String> latest = new HashMap<>();

  PageSource(Collection collection, Collector.Page page) {
    this.collection = collection;
    this.page = page;
  }

  @Override
  public void read(BooleanSupplier last) throws IOException, InterruptedException {
    if (last.getAsBoolean()) {
      return; // nobody answers any more
    }
    var request = HttpRequest.newBuilder(address()).timeout(TIMEOUT).GET().build();
    var answer = CLIENT.send(request, HttpResponse.BodyHandlers.ofInputStream());
    try (var body = answer.body()) {
      if (answer.statusCode() == 200) {
        keep(new String(body.readNBytes(MOST_BYTES), StandardCharsets.UTF_8));
      }
    }
  }

  private URI address() throws IOException {
    InetSocketAddress at =
        page.host().isEmpty()
            ? collection.pods().reached(collection.pod(), page.port())
            : InetSocketAddress.createUnresolved(page.host(), page.port());
    var scheme = page.scheme().equals("https") ? "https" : "http";
    var path = page.path().startsWith("/") ? page.path() : "/" + page.path();
    return URI.create(scheme + "://" + at.getHostString() + ":" + at.getPort() + path);
  }

  private void keep(String text) {
    var fresh = new ArrayList<MetricLog>();
    List<MetricLog> all = PrometheusText.parse(text, collection.trial().metrics(), Instant.now());
    for (var each : all) {
      if (!each.value().equals(latest.put(each.name(), each.value()))) {
        fresh.add(each);
      }
    }
    collection.keep(fresh, NAME, "");
  }
}
