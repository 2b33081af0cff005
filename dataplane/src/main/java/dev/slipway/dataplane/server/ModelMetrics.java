package dev.slipway.dataplane.server;

import dev.slipway.dataplane.model.Histogram;
import dev.slipway.dataplane.model.ModelStats;
import dev.slipway.dataplane.model.Models;
import dev.slipway.dataplane.model.Servable;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/// The models' numbers under the names that dashboards of KServe, Triton, TensorFlow Serving,
/// MLServer
/// and Seldon read.
final class ModelMetrics implements MultiCollector {
  private static final double NANOS_PER_MICRO = 1e3;

  private final Models models;

  ModelMetrics(Models models) {
    this.models = models;
  }

  @Override
  public MetricSnapshots collect() {
    var all = models.all().stream().flatMap(model -> model.versions().stream()).toList();
    var page = MetricSnapshots.builder();
    kserve(page, all);
    triton(page, all);
    tensorflow(page, all);
    mlserver(page, all);
    seldon(page, all);
    own(page, all);
    return page.build();
  }

  private static void kserve(MetricSnapshots.Builder page, List<Servable> all) {
    Function<Servable, Labels> labels = each -> Labels.of("model_name", each.name());
    histogram(
        page, "request_preprocess_seconds", "reading requests", all, labels, ModelStats::input);
    histogram(
        page, "request_predict_seconds", "computing answers", all, labels, ModelStats::compute);
    histogram(
        page, "request_postprocess_seconds", "writing answers", all, labels, ModelStats::output);
  }

  private static void triton(MetricSnapshots.Builder page, List<Servable> all) {
    Function<Servable, Labels> labels =
        each -> Labels.of("model", each.name(), "version", each.version());
    counter(
        page, "nv_inference_request_success", "requests answered", all, labels, s -> s.succeeded());
    counter(
        page,
        "nv_inference_request_failure",
        "requests not answered",
        all,
        labels,
        s -> s.failed() + s.rejected());
    counter(page, "nv_inference_count", "rows computed", all, labels, s -> s.rows());
    counter(
        page, "nv_inference_exec_count", "calls of the model", all, labels, s -> s.executions());
    micros(page, "request", all, labels, ModelStats::total);
    micros(page, "queue", all, labels, ModelStats::queue);
    micros(page, "compute_input", all, labels, ModelStats::input);
    micros(page, "compute_infer", all, labels, ModelStats::compute);
    micros(page, "compute_output", all, labels, ModelStats::output);
    counter(
        page,
        "nv_cache_num_hits_per_model",
        "answers from the cache",
        all,
        labels,
        s -> s.cacheHits());
    counter(
        page,
        "nv_cache_num_misses_per_model",
        "answers not in the cache",
        all,
        labels,
        s -> s.cacheMisses());
    var pending =
        GaugeSnapshot.builder().name("nv_inference_pending_request_count").help("requests waiting");
    all.forEach(each -> pending.dataPoint(gauge(labels.apply(each), each.waiting())));
    page.metricSnapshot(pending.build());
  }

  private static void tensorflow(MetricSnapshots.Builder page, List<Servable> all) {
    var count =
        CounterSnapshot.builder().name(":tensorflow:serving:request_count").help("requests");
    for (var each : all) {
      count.dataPoint(
          count(
              Labels.of("model_name", each.name(), "status", "OK"),
              (double) each.stats().succeeded()));
      count.dataPoint(
          count(
              Labels.of("model_name", each.name(), "status", "ERROR"),
              (double) each.stats().failed()));
    }
    page.metricSnapshot(count.build());
  }

  private static void mlserver(MetricSnapshots.Builder page, List<Servable> all) {
    Function<Servable, Labels> labels =
        each -> Labels.of("model", each.name(), "version", each.version());
    counter(
        page, "model_infer_request_success", "requests answered", all, labels, s -> s.succeeded());
    counter(
        page, "model_infer_request_failure", "requests not answered", all, labels, s -> s.failed());
    histogram(
        page,
        "model_infer_request_duration",
        "seconds of requests",
        all,
        labels,
        ModelStats::total);
  }

  private static void seldon(MetricSnapshots.Builder page, List<Servable> all) {
    Function<Servable, Labels> labels = each -> Labels.of("model_name", each.name());
    counter(page, "seldon_api_model_feedback", "rewards received", all, labels, s -> s.feedback());
    counter(
        page,
        "seldon_api_model_feedback_reward",
        "sum of rewards",
        all,
        labels,
        s -> s.rewardThousandths() / 1000.0);
  }

  private static void own(MetricSnapshots.Builder page, List<Servable> all) {
    Function<Servable, Labels> labels =
        each -> Labels.of("model", each.name(), "version", each.version());
    counter(
        page,
        "slipway_model_rejected",
        "requests refused because too many waited",
        all,
        labels,
        s -> s.rejected());
    histogram(
        page,
        "slipway_model_request_seconds",
        "requests from first to last byte",
        all,
        labels,
        ModelStats::total);
    var memory =
        GaugeSnapshot.builder().name("slipway_model_memory_bytes").help("memory of a model");
    var ready = GaugeSnapshot.builder().name("slipway_model_ready").help("1 where a model answers");
    for (var each : all) {
      memory.dataPoint(gauge(labels.apply(each), (double) each.memoryBytes()));
      ready.dataPoint(gauge(labels.apply(each), each.state().servable() ? 1 : 0));
    }
    page.metricSnapshot(memory.build());
    page.metricSnapshot(ready.build());
  }

  private static void micros(
      MetricSnapshots.Builder page,
      String step,
      List<Servable> all,
      Function<Servable, Labels> labels,
      Function<ModelStats, Histogram> which) {
    counter(
        page,
        "nv_inference_" + step + "_duration_us",
        "microseconds in all",
        all,
        labels,
        stats -> which.apply(stats).totalNanos() / NANOS_PER_MICRO);
  }

  private static void counter(
      MetricSnapshots.Builder page,
      String name,
      String help,
      List<Servable> all,
      Function<Servable, Labels> labels,
      ToDoubleFunction<ModelStats> value) {
    var family = CounterSnapshot.builder().name(name).help(help);
    all.forEach(
        each -> family.dataPoint(count(labels.apply(each), value.applyAsDouble(each.stats()))));
    page.metricSnapshot(family.build());
  }

  private static void histogram(
      MetricSnapshots.Builder page,
      String name,
      String help,
      List<Servable> all,
      Function<Servable, Labels> labels,
      Function<ModelStats, Histogram> which) {
    var family = HistogramSnapshot.builder().name(name).help(help);
    for (var each : all) {
      var source = which.apply(each.stats());
      family.dataPoint(
          HistogramSnapshot.HistogramDataPointSnapshot.builder()
              .labels(labels.apply(each))
              .classicHistogramBuckets(buckets(source))
              .sum(source.totalNanos() / 1e9)
              .build());
    }
    page.metricSnapshot(family.build());
  }

  private static io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets buckets(
      Histogram source) {
    var bounds = Arrays.copyOf(Histogram.boundsSeconds(), source.counts().length);
    bounds[bounds.length - 1] = Double.POSITIVE_INFINITY;
    return io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets.of(
        bounds, source.counts());
  }

  private static CounterSnapshot.CounterDataPointSnapshot count(Labels labels, double value) {
    return CounterSnapshot.CounterDataPointSnapshot.builder().labels(labels).value(value).build();
  }

  private static GaugeSnapshot.GaugeDataPointSnapshot gauge(Labels labels, double value) {
    return GaugeSnapshot.GaugeDataPointSnapshot.builder().labels(labels).value(value).build();
  }
}
