package dev.slipway.app;

import static java.util.Objects.requireNonNull;

import dev.slipway.controllers.katib.Observations.MetricLog;
import dev.slipway.katib.parse.StoppingWatch;
import dev.slipway.katib.parse.TextLines;
import dev.slipway.tuning.Algorithm;
import dev.slipway.tuning.EarlyStopping;
import dev.slipway.tuning.Proposal;
import dev.slipway.tuning.StoppingRule;
import dev.slipway.tuning.Study;
import dev.slipway.tuning.Trial;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.LinkedBlockingQueue;

/// A search whose trials are commands of this machine: a few at a time, each printing its metric.
/// What it knows belongs to the thread that runs it; commands have one of their own each.
final class TuneTrials implements AutoCloseable {
  private static final int LAST_LINES = 5;

  private final Study study;
  private final Algorithm algorithm;
  private final Plan plan;
  private final Listener listener;
  private final TextLines parser;
  private final Map<String, Trial> trials = new LinkedHashMap<>();
  private final Map<String, Process> running = new HashMap<>();
  private final LinkedBlockingQueue<Word> words = new LinkedBlockingQueue<>();
  private Map<String, String> kept = Map.of();
  private boolean exhausted;

  /// How to run.
  ///
  /// @param command its `{NAME}` are replaced by values
  /// @param trials most of them
  record Plan(
      String metric,
      List<String> command,
      int trials,
      Optional<EarlyStopping> stopping,
      Map<String, String> stoppingSettings) {
    Plan {
      command = List.copyOf(command);
      stoppingSettings = Map.copyOf(stoppingSettings);
    }
  }

  /// Told of what happens, on the searching thread.
  interface Listener {
    void reported(Trial trial);

    /// @param why a trial failed: its last lines; empty for others
    void ended(Trial trial, String why);
  }

  /// What a command's thread tells.
  private sealed interface Word {
    record Logs(String trial, List<MetricLog> logs) implements Word {}

    record Ended(String trial, int code, String lastLines) implements Word {}
  }

  TuneTrials(Study study, Algorithm algorithm, Plan plan, Listener listener) {
    this.study = study;
    this.algorithm = algorithm;
    this.plan = plan;
    this.listener = listener;
    this.parser = new TextLines(List.of(plan.metric()), List.of());
  }

  /// Runs until the goal is reached, all trials have ended, or the space is exhausted.
  List<Trial> run() throws IOException, InterruptedException {
    var watches = new HashMap<String, StoppingWatch>();
    while (true) {
      startMore(watches);
      if (running.isEmpty()) {
        return List.copyOf(trials.values());
      }
      switch (words.take()) {
        case Word.Logs(var trial, var logs) -> {
          report(trial, logs);
          if (requireNonNull(watches.get(trial)).report(logs)) {
            put(with(trial(trial), Trial.State.EARLY_STOPPED));
            Optional.ofNullable(running.get(trial)).ifPresent(TuneTrials::end);
          }
        }
        case Word.Ended(var trial, var code, var why) -> ended(trial, code, why);
      }
      if (reached()) {
        close();
        return List.copyOf(trials.values());
      }
    }
  }

  private void startMore(Map<String, StoppingWatch> watches) throws IOException {
    int room = Math.min(study.parallel() - running.size(), plan.trials() - trials.size());
    if (room <= 0 || exhausted) {
      return;
    }
    var known = List.copyOf(trials.values());
    var settings = new HashMap<>(study.settings());
    settings.putAll(kept);
    var asked =
        new Study(
            study.name(),
            study.parameters(),
            study.goal(),
            settings,
            study.seed(),
            study.parallel(),
            study.maxTrials(),
            study.architecture());
    var answer = algorithm.suggest(asked, known, room);
    kept = answer.settings();
    exhausted = answer.proposals().size() < room;
    List<StoppingRule> rules =
        plan.stopping()
            .map(each -> each.rules(asked, plan.metric(), plan.stoppingSettings(), known))
            .orElse(List.of());
    for (var each : answer.proposals()) {
      var name = each.name().orElse("%s-%d".formatted(study.name(), trials.size() + 1));
      watches.put(name, new StoppingWatch(plan.metric(), study.goal().maximize(), rules));
      start(name, each);
    }
  }

  private void start(String name, Proposal proposal) throws IOException {
    trials.put(
        name,
        new Trial(
            name,
            proposal.values(),
            proposal.labels(),
            Trial.State.RUNNING,
            OptionalDouble.empty(),
            List.of(),
            Instant.now()));
    var command = new ArrayList<String>();
    for (var word : plan.command()) {
      var filled = word;
      for (var each : proposal.values().entrySet()) {
        filled = filled.replace("{" + each.getKey() + "}", each.getValue());
      }
      command.add(filled);
    }
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("KATIB_TRIAL_NAME", name);
    builder.environment().put("PYTHONUNBUFFERED", "1");
    var process = builder.start();
    process.getOutputStream().close();
    running.put(name, process);
    Thread.ofPlatform().daemon().name("output of " + name).start(() -> read(name, process));
  }

  private void read(String trial, Process process) {
    Deque<String> last = new ArrayDeque<>();
    try (var lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        last.addLast(line);
        if (last.size() > LAST_LINES) {
          last.removeFirst();
        }
        var logs = parser.parse(line);
        if (!logs.isEmpty()) {
          words.add(new Word.Logs(trial, logs));
        }
      }
      words.add(new Word.Ended(trial, process.waitFor(), String.join("\n", last)));
    } catch (IOException problem) {
      words.add(new Word.Ended(trial, 1, problem.toString()));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void report(String name, List<MetricLog> logs) {
    var before = trial(name);
    var reports = new ArrayList<>(before.reports());
    for (var each : logs) {
      try {
        double value = Double.parseDouble(each.value());
        if (!Double.isNaN(value)) {
          reports.add(value);
        }
      } catch (NumberFormatException _) {
        // `nan` and words are no values
      }
    }
    var best =
        study.goal().maximize()
            ? reports.stream().mapToDouble(Double::doubleValue).max()
            : reports.stream().mapToDouble(Double::doubleValue).min();
    var now =
        new Trial(
            name,
            before.values(),
            before.labels(),
            before.state(),
            best,
            reports,
            before.started());
    put(now);
    listener.reported(now);
  }

  /// One that has been started.
  private Trial trial(String name) {
    return requireNonNull(trials.get(name));
  }

  private void put(Trial trial) {
    trials.put(trial.name(), trial);
  }

  private static Trial with(Trial trial, Trial.State state) {
    return new Trial(
        trial.name(),
        trial.values(),
        trial.labels(),
        state,
        trial.objective(),
        trial.reports(),
        trial.started());
  }

  private void ended(String name, int code, String lastLines) {
    running.remove(name);
    var trial = trial(name);
    boolean failed = code != 0 && trial.state() != Trial.State.EARLY_STOPPED;
    if (trial.state() == Trial.State.RUNNING) {
      trial =
          with(
              trial,
              failed
                  ? Trial.State.FAILED
                  : trial.objective().isPresent()
                      ? Trial.State.SUCCEEDED
                      : Trial.State.METRICS_UNAVAILABLE);
      put(trial);
    }
    listener.ended(trial, failed ? "exit code " + code + "\n" + lastLines : "");
  }

  /// As Katib has it: a report that reaches the goal, of a trial that has ended.
  private boolean reached() {
    var target = study.goal().target();
    return target.isPresent()
        && trials.values().stream()
            .filter(each -> each.state() == Trial.State.SUCCEEDED)
            .anyMatch(
                each ->
                    study.goal().maximize()
                        ? each.objective().orElse(Double.NaN) >= target.getAsDouble()
                        : each.objective().orElse(Double.NaN) <= target.getAsDouble());
  }

  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
  }

  /// Ends what still runs.
  @Override
  public void close() {
    running.values().forEach(TuneTrials::end);
  }
}
