package dev.slipway.app;

import dev.slipway.base.Problem;
import dev.slipway.tuning.Algorithm;
import dev.slipway.tuning.Algorithms;
import dev.slipway.tuning.EarlyStopping;
import dev.slipway.tuning.Parameter;
import dev.slipway.tuning.Study;
import dev.slipway.tuning.Trial;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Searches for the best parameters of a command, or follows an Experiment of a file.
@Command(
    name = "tune",
    description = {
      "Find the parameters with which a command does best.",
      "",
      "Each trial runs the command with {NAME} replaced by a value; it prints METRIC=NUMBER as"
          + " often as it likes, and its best counts. No running platform is needed.",
      "With -f an Experiment is applied to the running platform and followed to its end."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  slipway tune --param lr=1e-5..1:log --param layers=1..8 --param opt=adam,sgd \\",
      "      --objective maximize:accuracy --algorithm tpe --trials 30 --parallel 2 \\",
      "      -- python train.py --lr {lr} --layers {layers} --optimizer {opt}",
      "  slipway tune -f experiment.yaml",
    })
final class TuneCommand implements Callable<Integer> {
  @Mixin private final ClientOptions client = new ClientOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-f", "--filename"},
      paramLabel = "FILE",
      description = "An Experiment to apply and follow; none of the options below is needed then.")
  private String file = "";

  @Option(
      names = "--param",
      paramLabel = "NAME=RANGE",
      description = {
        "What to vary; repeatable. MIN..MAX (whole numbers where both are), MIN..MAX:log,",
        "MIN..MAX:step=STEP, or a list ONE,OTHER,…"
      })
  private List<String> parameters = List.of();

  @Option(
      names = "--objective",
      paramLabel = "GOAL:METRIC",
      description = "maximize:METRIC or minimize:METRIC.")
  private String objective = "";

  @Option(
      names = "--goal",
      paramLabel = "NUMBER",
      description = "Good enough: the search ends when a trial reaches it.")
  private Optional<Double> goal = Optional.empty();

  @Option(
      names = "--algorithm",
      paramLabel = "NAME",
      description = "random, grid, sobol, tpe, … as Katib names them (default: ${DEFAULT-VALUE}).",
      defaultValue = "random")
  private String algorithm = "random";

  @Option(
      names = "--setting",
      paramLabel = "NAME=VALUE",
      description = "A setting of the algorithm; repeatable.")
  private Map<String, String> settings = Map.of();

  @Option(
      names = "--early-stopping",
      paramLabel = "NAME",
      description = "medianstop or asha: end trials early that will not be among the best.")
  private String stopping = "";

  @Option(
      names = "--stopping-setting",
      paramLabel = "NAME=VALUE",
      description = "A setting of early stopping; repeatable.")
  private Map<String, String> stoppingSettings = Map.of();

  @Option(
      names = "--trials",
      paramLabel = "COUNT",
      description = "How many trials (default: ${DEFAULT-VALUE}).",
      defaultValue = "20")
  private int trials = 20;

  @Option(
      names = "--parallel",
      paramLabel = "COUNT",
      description = "How many at once (default: ${DEFAULT-VALUE}).",
      defaultValue = "1")
  private int parallel = 1;

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      description = "The same seed tries the same values (default: ${DEFAULT-VALUE}).",
      defaultValue = "0")
  private long seed;

  @Parameters(paramLabel = "COMMAND", description = "The command and its words, after --.")
  private List<String> command = List.of();

  @Override
  public Integer call() throws Exception {
    if (!file.isEmpty()) {
      return new TuneExperiment(client, spec.commandLine()).follow(file);
    }
    var words = objective.split(":", 2);
    if (words.length != 2 || !List.of("maximize", "minimize").contains(words[0])) {
      throw new UserException(
          "--objective \""
              + objective
              + "\": expected maximize:METRIC or minimize:METRIC (or -f with an Experiment)");
    }
    if (command.isEmpty() || parameters.isEmpty()) {
      throw new UserException(
          (command.isEmpty() ? "there is no command after --" : "there is no --param")
              + "; see slipway tune --help");
    }
    return search(words[1], words[0].equals("maximize"));
  }

  private int search(String metric, boolean maximize) throws IOException, InterruptedException {
    List<Parameter> space = parameters.stream().map(TuneSpace::parse).toList();
    var target = goal.map(OptionalDouble::of).orElseGet(OptionalDouble::empty);
    var study =
        new Study(
            "trial",
            space,
            new Study.Goal(maximize, target),
            settings,
            seed,
            Math.max(1, parallel),
            OptionalInt.of(trials),
            Optional.empty());
    Algorithm chosen =
        Algorithms.search(algorithm)
            .orElseThrow(
                () -> new UserException("--algorithm \"" + algorithm + "\" is none known here"));
    Optional<EarlyStopping> rules =
        stopping.isEmpty()
            ? Optional.empty()
            : Optional.of(
                Algorithms.stopping(stopping)
                    .orElseThrow(
                        () ->
                            new UserException(
                                "--early-stopping \"" + stopping + "\" is none known here")));
    var problems = new ArrayList<Problem>(chosen.problems(study));
    rules.ifPresent(each -> problems.addAll(each.problems(stoppingSettings)));
    if (!problems.isEmpty()) {
      throw new UserException(Problem.join(problems));
    }
    var plan = new TuneTrials.Plan(metric, command, trials, rules, stoppingSettings);
    return run(study, chosen, plan);
  }

  private int run(Study study, Algorithm chosen, TuneTrials.Plan plan)
      throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    var begun = Instant.now();
    var view = new TuneView(study, plan.metric(), plan.trials(), out);
    List<Trial> ended;
    try (var search = new TuneTrials(study, chosen, plan, view)) {
      var hook = new Thread(search::close, "end trials");
      Runtime.getRuntime().addShutdownHook(hook);
      ended = search.run();
      Runtime.getRuntime().removeShutdownHook(hook);
    }
    view.close();
    boolean found = view.table(ended);
    out.printf(
        Locale.ROOT,
        "%d trials in %d s%n",
        ended.size(),
        Duration.between(begun, Instant.now()).toSeconds());
    out.flush();
    return found ? 0 : 1;
  }
}
