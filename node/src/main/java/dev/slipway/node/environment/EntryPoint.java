package dev.slipway.node.environment;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// What an image runs where a container names no command. Pure.
///
/// @param entrypoint before all arguments
/// @param command where there are no arguments; empty where that is not known
/// @param lead runs arguments that are no program: options, scripts, and `subcommands`
public record EntryPoint(
    List<String> entrypoint, List<String> command, String lead, Set<String> subcommands) {
  static final EntryPoint UNKNOWN = new EntryPoint(List.of(), List.of(), "", Set.of());

  private record Entry(ImagePattern image, EntryPoint runs) {}

  private static final Set<String> MLFLOW =
      Set.of(
          "server",
          "ui",
          "run",
          "models",
          "experiments",
          "runs",
          "artifacts",
          "db",
          "gc",
          "deployments",
          "gateway",
          "doctor",
          "recipes",
          "sagemaker");
  private static final Set<String> RAY =
      Set.of(
          "start",
          "stop",
          "status",
          "job",
          "up",
          "down",
          "submit",
          "health-check",
          "memory",
          "timeline",
          "list",
          "get",
          "summary",
          "logs");

  /// Ends on SIGTERM and does nothing until then.
  private static final List<String> PAUSE =
      List.of("sh", "-c", "trap 'exit 0' TERM INT; while :; do sleep 3600 & wait $!; done");

  private static final List<Entry> TABLE =
      List.of(
          entry(
              "bitnami/mlflow",
              new EntryPoint(List.of(), List.of("mlflow", "server"), "mlflow", MLFLOW)),
          entry("*mlflow*", new EntryPoint(List.of(), List.of("python3"), "mlflow", MLFLOW)),
          entry("ray|ray-ml", new EntryPoint(List.of(), List.of("bash"), "ray", RAY)),
          entry("python|pypy|uv", led("python3", "python3")),
          entry(
              "tensorflow|tensorflow-*|pytorch|torch|torchserve|jax|jax-*|paddle|xgboost|*sklearn*|*scikit-learn*|*lightgbm*|anaconda|anaconda3|miniconda|miniconda3|micromamba",
              led("bash", "python3")),
          entry("eclipse-temurin|openjdk|amazoncorretto|java|jdk|jre", led("jshell", "java")),
          entry("pause|pause-*", new EntryPoint(PAUSE, List.of(), "", Set.of())),
          entry(
              "bash|debian|ubuntu|fedora|centos|rockylinux|almalinux|oraclelinux|archlinux",
              led("bash", "bash")),
          entry("busybox|alpine", led("sh", "sh")));

  public EntryPoint {
    entrypoint = List.copyOf(entrypoint);
    command = List.copyOf(command);
    subcommands = Set.copyOf(subcommands);
  }

  private static EntryPoint led(String command, String lead) {
    return new EntryPoint(List.of(), List.of(command), lead, Set.of());
  }

  private static Entry entry(String pattern, EntryPoint runs) {
    return new Entry(ImagePattern.of(pattern), runs);
  }

  /// @param words run by itself; a container's arguments follow them
  static EntryPoint running(List<String> words) {
    return new EntryPoint(words, List.of(), "", Set.of());
  }

  static EntryPoint of(ImageName image) {
    return TABLE.stream()
        .filter(each -> each.image.matches(image))
        .findFirst()
        .map(Entry::runs)
        .orElse(UNKNOWN);
  }

  /// All words of a container.
  ///
  /// @param named its command, instead of the image's
  /// @param args its arguments, instead of the image's
  /// @return empty where nothing says what to run
  public List<String> words(List<String> named, List<String> args) {
    if (!named.isEmpty()) {
      return joined(named, args);
    }
    if (!entrypoint.isEmpty()) {
      return joined(entrypoint, args.isEmpty() ? command : args);
    }
    if (args.isEmpty()) {
      return command;
    }
    var first = args.getFirst();
    boolean isNoProgram =
        first.startsWith("-") || first.endsWith(".py") || subcommands.contains(first);
    return isNoProgram && !lead.isEmpty() ? joined(List.of(leader(first)), args) : args;
  }

  private String leader(String first) {
    return first.endsWith(".py") ? "python3" : lead;
  }

  private static List<String> joined(List<String> first, List<String> then) {
    var all = new ArrayList<>(first);
    all.addAll(then);
    return all;
  }
}
