package dev.slipway.katib.parse;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.slipway.controllers.katib.Observations.MetricLog;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Lines such as `epoch 3: loss=0.31 accuracy=.92`: every match of every filter whose first group
/// is the name of a wanted metric. A line whose first word is a time (RFC 3339) has that time.
///
/// Source: Katib, pkg/metricscollector/v1beta1/file-metricscollector.
public final class TextLines implements LineParser {
  /// What is looked for where no filter is named: `NAME = NUMBER`.
  public static final String STANDARD = "([\\w|-]+)\\s*=\\s*([+-]?\\d*(\\.\\d+)?([Ee][+-]?\\d+)?)";

  private final List<String> wanted;
  private final List<Pattern> filters;

  /// @param wanted names of metrics
  /// @param filters Go's regular expressions of two groups, name and value; one that is no such
  ///     expression finds nothing
  public TextLines(List<String> wanted, List<String> filters) {
    this.wanted = List.copyOf(wanted);
    this.filters = compiled(filters.isEmpty() ? List.of(STANDARD) : filters);
  }

  private static List<Pattern> compiled(List<String> filters) {
    var found = new ArrayList<Pattern>();
    for (var each : filters) {
      try {
        var pattern = Pattern.compile(each);
        if (pattern.groupCount() >= 2) {
          found.add(pattern);
        }
      } catch (PatternSyntaxException _) {
        // the rules of Experiments refuse it; one that came around them finds nothing
      }
    }
    return List.copyOf(found);
  }

  @Override
  public List<MetricLog> parse(String line) {
    if (wanted.stream().noneMatch(line::contains)) {
      return List.of();
    }
    var time = time(line);
    var found = new ArrayList<MetricLog>();
    for (var filter : filters) {
      for (var match = filter.matcher(line); match.find(); ) {
        var name = trimmed(match.group(1));
        if (wanted.contains(name)) {
          found.add(new MetricLog(time, name, trimmed(match.group(2))));
        }
      }
    }
    return found;
  }

  private static Instant time(String line) {
    int space = line.indexOf(' ');
    return space < 0 ? NO_TIME : LineParser.time(line.substring(0, space)).orElse(NO_TIME);
  }

  private static String trimmed(String group) {
    return group == null ? "" : group.strip();
  }
}
