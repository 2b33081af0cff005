package dev.slipway.node.environment;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Makes virtual environments: a Python of their own, and packages fetched by its pip.
public final class EnvironmentMaker {
  /// Lines of pip that are kept to tell why it failed.
  private static final int MOST_LINES = 20_000;

  private final EnvironmentSettings settings;
  private final Environments environments;
  private final InstantSource clock;
  private final Consumer<String> progress;

  /// @param progress told each step, in a few words
  public EnvironmentMaker(
      EnvironmentSettings settings, InstantSource clock, Consumer<String> progress) {
    this.settings = settings;
    this.environments = new Environments(settings);
    this.clock = clock;
    this.progress = progress;
  }

  /// @param packages as pip takes them; may be none
  /// @param python that it is of; empty for the machine's
  /// @param replace one that is there
  public record Request(
      String name, List<String> packages, Optional<Path> python, boolean replace) {
    public Request {
      packages = List.copyOf(packages);
    }
  }

  /// Returns when it is whole and has its name; else nothing is left of it. Blocks for as long as
  /// packages take to be fetched.
  ///
  /// @throws EnvironmentException where it cannot be made
  public Environments.Made make(Request request) throws EnvironmentException, IOException {
    judge(request);
    var base = base(request);
    var home = environments.begin(request.name());
    boolean whole = false;
    try {
      progress.accept("making a virtual environment of Python " + base.version());
      venv(base, home, request);
      install(home, request);
      var made = environments.finish(request.name(), home, request.packages(), clock.instant());
      whole = true;
      return made;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new EnvironmentException("interrupted");
    } finally {
      if (!whole) {
        environments.abandon(home);
      }
    }
  }

  private void judge(Request request) throws EnvironmentException {
    if (!Environments.isName(request.name())) {
      throw new EnvironmentException(
          "\""
              + request.name()
              + "\" is no name of an environment (expected a-z, 0-9, '.', '_', '-', beginning with"
              + " a letter, and not \""
              + ImageTable.MACHINE
              + "\")");
    }
    var there = environments.find(request.name());
    if (there.isPresent() && !request.replace()) {
      throw new EnvironmentException(
          "environment "
              + request.name()
              + " is there already, at "
              + there.get().home()
              + "; --replace makes it anew");
    }
    for (var each : request.packages()) {
      if (each.isBlank() || each.startsWith("-")) {
        throw new EnvironmentException("\"" + each + "\" is no package");
      }
    }
  }

  private Python base(Request request) throws EnvironmentException {
    var pythons = new Pythons(settings.search());
    var found = request.python().map(pythons::at).orElseGet(pythons::machine);
    return found.orElseThrow(
        () ->
            new EnvironmentException(
                request
                    .python()
                    .map(each -> each + " is no Python that runs")
                    .orElse(
                        "this machine has no python3 on its PATH; install Python 3, or name one"
                            + " with --python")));
  }

  private void venv(Python base, Path home, Request request)
      throws EnvironmentException, IOException, InterruptedException {
    var words = new ArrayList<>(List.of(base.executable().toString(), "-m", "venv"));
    words.add(home.toString());
    var output = new ArrayList<String>();
    if (run(words, output::add) == 0) {
      return;
    }
    words.add("--without-pip");
    words.add("--clear");
    if (!request.packages().isEmpty() || run(words, output::add) != 0) {
      throw new EnvironmentException(
          String.join(" ", words.subList(0, 3))
              + " failed: "
              + PipWords.failure(output)
              + " (Debian and Ubuntu have it in the package python3-venv)");
    }
    progress.accept("without pip: this Python has none to give");
  }

  private void install(Path home, Request request)
      throws EnvironmentException, IOException, InterruptedException {
    if (request.packages().isEmpty()) {
      return;
    }
    var words =
        new ArrayList<>(
            List.of(
                home.resolve("bin/python").toString(),
                "-m",
                "pip",
                "install",
                "--disable-pip-version-check",
                "--no-input",
                "--progress-bar=off",
                "--retries=2"));
    words.addAll(request.packages());
    var output = new ArrayList<String>();
    var log = home.resolve("pip.log");
    int code =
        run(
            words,
            line -> {
              if (output.size() < MOST_LINES) {
                output.add(line);
              }
              PipWords.step(line).ifPresent(progress);
            });
    Files.write(log, output);
    if (code != 0) {
      throw new EnvironmentException(
          "environment "
              + request.name()
              + " could not be made, pip install "
              + String.join(" ", request.packages())
              + " failed: "
              + PipWords.failure(output));
    }
  }

  private static int run(List<String> words, Consumer<String> line)
      throws IOException, InterruptedException {
    var builder = new ProcessBuilder(words).redirectErrorStream(true);
    List.of("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV").forEach(builder.environment()::remove);
    builder.environment().put("PYTHONUNBUFFERED", "1");
    var process = builder.start();
    process.getOutputStream().close();
    var end = new Thread(process::destroyForcibly, "end");
    Runtime.getRuntime().addShutdownHook(end);
    try (var output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (var each = output.readLine(); each != null; each = output.readLine()) {
        line.accept(each);
      }
      return process.waitFor();
    } finally {
      process.destroyForcibly();
      unhook(end);
    }
  }

  private static void unhook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      // the program is ending
    }
  }
}
