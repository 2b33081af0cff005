package dev.slipway.dataplane.gateway;

import dev.slipway.dataplane.model.Histogram;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/// A gateway's numbers under the names that dashboards of Knative, KServe, Istio and ingress-nginx
/// read. Upstreams and rules without requests are left out.
///
/// Knative: `revision_request_count`, `revision_request_latencies` (ms), `revision_app_*` the same,
/// `activator_request_count`, `activator_request_concurrency`, `revision_queue_depth`; since 1.19
/// `kn_serving_invocation_duration_seconds`, `kn_serving_queue_depth`. Istio:
/// `istio_requests_total`, `istio_request_duration_milliseconds`. ingress-nginx, by rule:
/// `nginx_ingress_controller_requests`, `nginx_ingress_controller_request_duration_seconds`. Our
/// own: `slipway_cold_start_seconds`, from the first held request until one is answered.
public final class GatewayMetrics implements MultiCollector {
  private static final double MILLIS_PER_SECOND = 1e3;
  private static final double NANOS_PER_SECOND = 1e9;

  private final Gateway gateway;

  public GatewayMetrics(Gateway gateway) {
    this.gateway = gateway;
  }

  @Override
  public MetricSnapshots collect() {
    var busy = gateway.upstreams().all().stream().filter(LiveUpstream::known).toList();
    var counted = busy.stream().filter(each -> !each.counts().isEmpty()).toList();
    var page = MetricSnapshots.builder();
    knative(page, counted, busy);
    istio(page, counted);
    nginx(page, gateway.rules().stream().filter(rule -> !rule.counts().isEmpty()).toList());
    coldStarts(page, counted);
    counter(
        page,
        "slipway_request_log_dropped",
        "lines of the request log that did not fit into its queue",
        gateway.log().dropped());
    var spans = gateway.spans();
    if (spans != null) {
      counter(page, "slipway_spans_sent", "spans of requests that were taken", spans.sent());
      counter(page, "slipway_spans_dropped", "spans that nobody took", spans.dropped());
    }
    return page.build();
  }

  private static void counter(MetricSnapshots.Builder page, String name, String help, long value) {
    var point = CounterSnapshot.CounterDataPointSnapshot.builder().value((double) value).build();
    page.metricSnapshot(CounterSnapshot.builder().name(name).help(help).dataPoint(point).build());
  }

  private static void knative(
      MetricSnapshots.Builder page, List<LiveUpstream> counted, List<LiveUpstream> busy) {
    for (var name : List.of("revision_request", "revision_app_request", "activator_request")) {
      var count = UnknownSnapshot.builder().name(name + "_count").help("requests of a revision");
      for (var each : counted) {
        each.counts()
            .each(
                (status, requests) ->
                    count.dataPoint(unknown(codes(revision(each), status), (double) requests)));
      }
      page.metricSnapshot(count.build());
      histogram(
          page,
          name + "_latencies",
          "milliseconds of requests",
          counted,
          each -> millis(revision(each), each.counts()));
    }
    gauge(page, "activator_request_concurrency", busy, each -> each.inside() + each.held());
    gauge(page, "revision_queue_depth", busy, LiveUpstream::held);
    gauge(page, "kn_serving_queue_depth", busy, LiveUpstream::held);
    histogram(
        page,
        "kn_serving_invocation_duration_seconds",
        "seconds of requests",
        counted,
        each -> seconds(revision(each), each.counts()));
  }

  private static Labels revision(LiveUpstream upstream) {
    var key = Upstreams.loadKey(upstream.key());
    var facts = upstream.facts();
    var given = facts == null ? Map.<String, String>of() : facts.labels();
    return Labels.of(
        "namespace_name",
        key.namespace(),
        "service_name",
        given.getOrDefault("service_name", ""),
        "configuration_name",
        given.getOrDefault("configuration_name", given.getOrDefault("service_name", "")),
        "revision_name",
        key.name());
  }

  private static Labels codes(Labels labels, int status) {
    return labels
        .add("response_code", Integer.toString(status))
        .add("response_code_class", status / 100 + "xx");
  }

  private static void istio(MetricSnapshots.Builder page, List<LiveUpstream> counted) {
    var requests = CounterSnapshot.builder().name("istio_requests").help("requests of a workload");
    for (var each : counted) {
      each.counts()
          .each(
              (status, count) ->
                  requests.dataPoint(
                      CounterSnapshot.CounterDataPointSnapshot.builder()
                          .labels(workload(each).add("response_code", Integer.toString(status)))
                          .value((double) count)
                          .build()));
    }
    page.metricSnapshot(requests.build());
    histogram(
        page,
        "istio_request_duration_milliseconds",
        "milliseconds of requests",
        counted,
        each -> millis(workload(each), each.counts()));
  }

  private static Labels workload(LiveUpstream upstream) {
    var key = Upstreams.loadKey(upstream.key());
    int port = key.name().indexOf(':');
    var name = port < 0 ? key.name() : key.name().substring(0, port);
    return Labels.of(
        "reporter",
        "destination",
        "destination_workload",
        name,
        "destination_workload_namespace",
        key.namespace(),
        "destination_service_name",
        name,
        "destination_service_namespace",
        key.namespace());
  }

  private static void nginx(MetricSnapshots.Builder page, List<CompiledRule> rules) {
    var requests =
        UnknownSnapshot.builder()
            .name("nginx_ingress_controller_requests")
            .help("requests of a rule");
    for (var rule : rules) {
      rule.counts()
          .each(
              (status, count) ->
                  requests.dataPoint(
                      unknown(
                          ingress(rule).add("status", Integer.toString(status)), (double) count)));
    }
    page.metricSnapshot(requests.build());
    histogram(
        page,
        "nginx_ingress_controller_request_duration_seconds",
        "seconds of requests",
        rules,
        rule -> seconds(ingress(rule), rule.counts()));
  }

  private static Labels ingress(CompiledRule rule) {
    var key = Upstreams.loadKey(rule.rule().id());
    return Labels.of("host", rule.host(), "ingress", key.name(), "namespace", key.namespace());
  }

  private static void coldStarts(MetricSnapshots.Builder page, List<LiveUpstream> counted) {
    histogram(
        page,
        "slipway_cold_start_seconds",
        "seconds from the first held request of a sleeping upstream until one was answered",
        counted.stream().filter(LiveUpstream::startedCold).toList(),
        each -> {
          var bounds = Arrays.copyOf(Histogram.boundsSeconds(), each.coldStarts().counts().length);
          bounds[bounds.length - 1] = Double.POSITIVE_INFINITY;
          return point(
              revision(each),
              ClassicHistogramBuckets.of(bounds, each.coldStarts().counts()),
              each.coldStarts().totalNanos() / NANOS_PER_SECOND);
        });
  }

  private static HistogramSnapshot.HistogramDataPointSnapshot millis(
      Labels labels, RequestCounts counts) {
    var buckets = ClassicHistogramBuckets.of(RequestCounts.boundsMillis(), counts.buckets());
    return point(labels, buckets, counts.totalMillis());
  }

  private static HistogramSnapshot.HistogramDataPointSnapshot seconds(
      Labels labels, RequestCounts counts) {
    var bounds = RequestCounts.boundsMillis();
    for (int i = 0; i < bounds.length; i++) {
      bounds[i] /= MILLIS_PER_SECOND;
    }
    var buckets = ClassicHistogramBuckets.of(bounds, counts.buckets());
    return point(labels, buckets, counts.totalMillis() / MILLIS_PER_SECOND);
  }

  private static HistogramSnapshot.HistogramDataPointSnapshot point(
      Labels labels, ClassicHistogramBuckets buckets, double sum) {
    return HistogramSnapshot.HistogramDataPointSnapshot.builder()
        .labels(labels)
        .classicHistogramBuckets(buckets)
        .sum(sum)
        .build();
  }

  private static <T> void histogram(
      MetricSnapshots.Builder page,
      String name,
      String help,
      Collection<T> all,
      Function<T, HistogramSnapshot.HistogramDataPointSnapshot> point) {
    var family = HistogramSnapshot.builder().name(name).help(help);
    all.forEach(each -> family.dataPoint(point.apply(each)));
    page.metricSnapshot(family.build());
  }

  private static void gauge(
      MetricSnapshots.Builder page,
      String name,
      Collection<LiveUpstream> all,
      ToDoubleFunction<LiveUpstream> value) {
    var family = GaugeSnapshot.builder().name(name).help("requests of a revision at this moment");
    for (var each : all) {
      family.dataPoint(
          GaugeSnapshot.GaugeDataPointSnapshot.builder()
              .labels(revision(each))
              .value(value.applyAsDouble(each))
              .build());
    }
    page.metricSnapshot(family.build());
  }

  private static UnknownSnapshot.UnknownDataPointSnapshot unknown(Labels labels, double value) {
    return UnknownSnapshot.UnknownDataPointSnapshot.builder().labels(labels).value(value).build();
  }
}
