package dev.slipway.app;

import dev.slipway.controllers.training.TrainingCounts;
import dev.slipway.controllers.training.TrainingCounts.What;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Locale;

/// Counts of training jobs under the names that the Training Operator gives them:
/// `training_operator_jobs_created_total` and its like.
record TrainingMetrics(TrainingCounts counts) implements MultiCollector {
  @Override
  public MetricSnapshots collect() {
    var page = MetricSnapshots.builder();
    for (What what : What.values()) {
      String word = what.name().toLowerCase(Locale.ROOT);
      var counter =
          CounterSnapshot.builder()
              .name("training_operator_jobs_" + word)
              .help("Counts number of jobs " + word);
      counts.counts().stream()
          .filter(each -> each.what() == what)
          .forEach(
              each ->
                  counter.dataPoint(
                      CounterSnapshot.CounterDataPointSnapshot.builder()
                          .labels(
                              Labels.of(
                                  "job_namespace", each.namespace(), "framework", each.framework()))
                          .value((double) each.value())
                          .build()));
      page.metricSnapshot(counter.build());
    }
    return page.build();
  }
}
