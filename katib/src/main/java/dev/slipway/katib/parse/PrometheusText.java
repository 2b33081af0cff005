package dev.slipway.katib.parse;

import dev.slipway.controllers.katib.Observations.MetricLog;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// A page in Prometheus' text format: the samples of wanted metrics, whatever their labels.
///
/// Source: prometheus.io/docs/instrumenting/exposition_formats.
public final class PrometheusText {
  private PrometheusText() {}

  /// Samples in the order of the page.
  ///
  /// @param now time of samples that name none
  public static List<MetricLog> parse(String page, List<String> wanted, Instant now) {
    var found = new ArrayList<MetricLog>();
    page.lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(line -> sample(line.strip(), wanted, now, found));
    return found;
  }

  private static void sample(String line, List<String> wanted, Instant now, List<MetricLog> found) {
    int end = 0;
    while (end < line.length() && line.charAt(end) != '{' && line.charAt(end) > ' ') {
      end++;
    }
    var name = line.substring(0, end);
    if (!wanted.contains(name)) {
      return;
    }
    int after = line.startsWith("{", end) ? afterLabels(line, end + 1) : end;
    var words = line.substring(after).strip().split("\\s+", -1);
    if (!words[0].isEmpty()) {
      found.add(new MetricLog(words.length > 1 ? time(words[1], now) : now, name, words[0]));
    }
  }

  /// Past the closing brace; values of labels may hold one, in quotes.
  private static int afterLabels(String line, int from) {
    boolean quoted = false;
    for (int i = from; i < line.length(); i++) {
      char next = line.charAt(i);
      if (quoted && next == '\\') {
        i++;
      } else if (next == '"') {
        quoted = !quoted;
      } else if (!quoted && next == '}') {
        return i + 1;
      }
    }
    return line.length();
  }

  private static Instant time(String millis, Instant now) {
    try {
      return Instant.ofEpochMilli(Long.parseLong(millis));
    } catch (NumberFormatException | DateTimeException _) {
      return now;
    }
  }
}
