package dev.slipway.dataplane.server;

import dev.slipway.dataplane.model.Models;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Everything counted, in Prometheus' formats, under the paths scrapers of the original systems
/// use.
final class MetricsPage implements Protocol {
  private static final Set<String> PATHS =
      Set.of("/metrics", "/prometheus", "/monitoring/prometheus/metrics");

  private final Models models;
  private final Object lock = new Object();
  private @Nullable PrometheusRegistry registry;

  MetricsPage(Models models) {
    this.models = models;
  }

  /// Made for the first who asks: of many servers in a process few are.
  private PrometheusRegistry registry() {
    synchronized (lock) {
      if (registry == null) {
        registry = new PrometheusRegistry();
        registry.register(new ModelMetrics(models));
        JvmMetrics.builder().register(registry);
      }
      return registry;
    }
  }

  @Override
  public boolean answer(String path, Request request, Response response) {
    if (!PATHS.contains(path)) {
      return false;
    }
    WrongMethodException.requireGet(request);
    var writer = ExpositionFormats.init().findWriter(request.header("accept"));
    var page = new ByteArrayOutputStream();
    try {
      writer.write(page, registry().scrape());
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
    response.header("content-type", writer.getContentType()).send(page.toByteArray());
    return true;
  }

  @Override
  public boolean owns(String path) {
    return false;
  }

  @Override
  public void refuse(Failure failure, Response response) {
    JsonAnswers.error(failure, response);
  }
}
