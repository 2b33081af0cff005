package dev.slipway.katib.parse;

import dev.slipway.controllers.katib.Observations.MetricLog;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Which numbers of an event file are wanted metrics: a metric `DIR/TAG` is a tag that begins so,
/// in a file of a directory that ends so; one without a directory, in any file.
///
/// Source: Katib, pkg/metricscollector/v1beta1/tfevent-metricscollector/tfevent_loader.py.
public final class EventMetrics {
  private EventMetrics() {}

  /// @param directory of the file, as the container names it, without a slash at its end
  public static List<MetricLog> of(
      List<EventFile.Scalar> scalars, String directory, List<String> wanted) {
    var found = new ArrayList<MetricLog>();
    for (var metric : wanted) {
      int slash = metric.lastIndexOf('/');
      var tag = metric.substring(slash + 1);
      if (slash >= 0 && !directory.endsWith(metric.substring(0, slash))) {
        continue;
      }
      for (var each : scalars) {
        if (each.tag().startsWith(tag)) {
          found.add(new MetricLog(time(each.seconds()), metric, text(each.value())));
        }
      }
    }
    return found;
  }

  private static Instant time(double seconds) {
    return Instant.ofEpochMilli((long) Math.min(Math.max(seconds * 1000, 0), 1e14));
  }

  /// A number as short as it can be told from others of its kind.
  private static String text(double value) {
    return (float) value == value ? Float.toString((float) value) : Double.toString(value);
  }
}
