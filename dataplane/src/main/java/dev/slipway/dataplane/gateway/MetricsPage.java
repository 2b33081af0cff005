package dev.slipway.dataplane.gateway;

import dev.slipway.net.Handler;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/// Everything counted, in the form of Prometheus that the scraper asks for: mount it under
/// `/metrics`.
public final class MetricsPage implements Handler {
  private final ExpositionFormats formats = ExpositionFormats.init();
  private final PrometheusRegistry registry = new PrometheusRegistry();

  /// @param sources beside the JVM's own metrics
  public MetricsPage(MultiCollector... sources) {
    for (var source : sources) {
      registry.register(source);
    }
    JvmMetrics.builder().register(registry);
  }

  @Override
  public void handle(Request request, Response response) throws IOException {
    var writer = formats.findWriter(request.header("accept"));
    var page = new ByteArrayOutputStream();
    writer.write(page, registry.scrape());
    response.header("content-type", writer.getContentType()).send(page.toByteArray());
  }
}
