package dev.slipway.app;

import dev.slipway.tuning.Importance;
import dev.slipway.tuning.Parameter;
import dev.slipway.tuning.Study;
import dev.slipway.tuning.Trial;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What a search shows: a line that changes on a terminal, what failed as it fails, and a table of
/// all trials at the end, the best first.
final class TuneView implements TuneTrials.Listener, AutoCloseable {
  private final Study study;
  private final String metric;
  private final int most;
  private final PrintWriter out;
  private final StepLine line;
  private final TreeMap<String, Trial> known = new TreeMap<>();

  TuneView(Study study, String metric, int most, PrintWriter out) {
    this.study = study;
    this.metric = metric;
    this.most = most;
    this.out = out;
    this.line = new StepLine(out);
  }

  @Override
  public void reported(Trial trial) {
    known.put(trial.name(), trial);
    if (FetchProgress.isTerminal()) {
      show();
    }
  }

  @Override
  public void ended(Trial trial, String why) {
    known.put(trial.name(), trial);
    if (!why.isEmpty()) {
      line.close();
      out.println(trial.name() + " (" + values(trial) + ") failed: " + why.indent(2).strip());
    }
    show();
  }

  private void show() {
    long over = known.values().stream().filter(each -> each.state() != Trial.State.RUNNING).count();
    var best = best(List.copyOf(known.values()));
    line.show(
        "%d of %d trials"
            .formatted(over, most)
            .concat(
                best.map(each -> ", best " + metric + "=" + number(each) + " with " + values(each))
                    .orElse("")));
  }

  private Optional<Trial> best(List<Trial> trials) {
    return trials.stream().filter(each -> each.objective().isPresent()).min(order());
  }

  private Comparator<Trial> order() {
    double sign = study.goal().maximize() ? -1 : 1;
    return Comparator.comparingDouble(
        each -> each.objective().isPresent() ? sign * each.objective().getAsDouble() : Double.NaN);
  }

  private String values(Trial trial) {
    return study.parameters().stream()
        .map(Parameter::name)
        .map(name -> name + "=" + trial.values().getOrDefault(name, ""))
        .collect(Collectors.joining(" "));
  }

  private static String number(Trial trial) {
    return trial.objective().isPresent()
        ? String.format(Locale.ROOT, "%.6g", trial.objective().getAsDouble())
        : "-";
  }

  /// Prints all trials.
  ///
  /// @return whether there is a best one
  boolean table(List<Trial> trials) {
    var rows = new ArrayList<List<String>>();
    var head = new ArrayList<>(List.of("TRIAL", metric.toUpperCase(Locale.ROOT), "STATE"));
    study.parameters().forEach(each -> head.add(each.name()));
    rows.add(head);
    trials.stream().sorted(order()).forEach(each -> rows.add(row(each)));
    TextTable.print(rows, out);
    var best = best(trials);
    out.println();
    out.println(
        best.map(each -> "Best: " + metric + "=" + number(each) + " with " + values(each))
            .orElse("No trial has printed " + metric + "=NUMBER."));
    importance(Importance.of(study.parameters(), trials), out);
    return best.isPresent();
  }

  /// Prints how much of what the metric did each parameter explains, the most first; nothing where
  /// that cannot be told.
  ///
  /// @param shares by parameter, 0 to 1
  static void importance(Map<String, Double> shares, PrintWriter out) {
    if (shares.values().stream().anyMatch(each -> each > 0)) {
      var told =
          shares.entrySet().stream()
              .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
              .map(each -> each.getKey() + " " + Math.round(100 * each.getValue()) + " %")
              .toList();
      out.println("Importance: " + String.join(", ", told));
    }
  }

  private List<String> row(Trial trial) {
    var row = new ArrayList<String>();
    row.add(trial.name());
    row.add(number(trial));
    row.add(trial.state().name().toLowerCase(Locale.ROOT).replace('_', ' '));
    study.parameters().forEach(each -> row.add(trial.values().getOrDefault(each.name(), "")));
    return row;
  }

  @Override
  public void close() {
    line.close();
  }
}
