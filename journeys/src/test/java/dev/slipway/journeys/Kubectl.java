package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The machine's kubectl, speaking to one server.
///
/// @param home where it keeps its caches
record Kubectl(Path kubeconfig, Path home, String namespace) {
  private static final String PROGRAM = program();

  private static String program() {
    String named = System.getProperty("journeys.kubectl", "");
    if (!named.isEmpty()) {
      return named;
    }
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .map(directory -> Path.of(directory, "kubectl"))
        .filter(Files::isExecutable)
        .findFirst()
        .map(Path::toString)
        .orElse("");
  }

  Kubectl in(String other) {
    return new Kubectl(kubeconfig, home, other);
  }

  /// A fresh namespace by that name.
  Kubectl fresh(String name) {
    ok("create", "namespace", name);
    return in(name);
  }

  Kubectl as(Path otherKubeconfig) {
    return new Kubectl(otherKubeconfig, home, namespace);
  }

  Commands.Result run(String... args) {
    return run("", Map.of(), args);
  }

  Commands.Result run(String stdin, Map<String, String> environment, String... args) {
    return Commands.run(command(args), environment(environment), stdin);
  }

  /// Starts one that goes on; the caller ends it.
  Process start(String... args) throws IOException {
    return Commands.start(command(args), environment(Map.of()));
  }

  /// Succeeds, or fails the test; answers what was printed.
  String ok(String... args) {
    Commands.Result result = run(args);
    assertThat(result.ok()).as(result::toString).isTrue();
    return result.out();
  }

  /// Fails, or fails the test; answers what was complained about.
  String refused(String... args) {
    Commands.Result result = run(args);
    assertThat(result.ok()).as(result::toString).isFalse();
    return result.err();
  }

  String apply(String manifest, String... more) {
    Commands.Result result = fed(manifest, concat(List.of("apply", "-f", "-"), more));
    assertThat(result.ok()).as(result::toString).isTrue();
    return result.out();
  }

  String applyRefused(String manifest, String... more) {
    Commands.Result result = fed(manifest, concat(List.of("apply", "-f", "-"), more));
    assertThat(result.ok()).as(result::toString).isFalse();
    return result.err();
  }

  Commands.Result fed(String stdin, String... args) {
    return run(stdin, Map.of(), args);
  }

  /// One field, by its JSONPath.
  String field(String path, String... target) {
    return ok(concat(List.of("get", "-o", "jsonpath={" + path + "}"), target));
  }

  private static String[] concat(List<String> first, String... second) {
    return Stream.concat(first.stream(), Stream.of(second)).toArray(String[]::new);
  }

  private List<String> command(String... args) {
    assertThat(PROGRAM)
        .as("kubectl is needed: put it on PATH or name it with -Djourneys.kubectl=FILE")
        .isNotEmpty();
    var command = new ArrayList<String>();
    command.add(PROGRAM);
    command.addAll(List.of("--kubeconfig", kubeconfig.toString()));
    if (!namespace.isEmpty()) {
      command.addAll(List.of("--namespace", namespace));
    }
    command.addAll(List.of(args));
    return command;
  }

  private Map<String, String> environment(Map<String, String> more) {
    var all = new HashMap<String, String>(Map.of("HOME", home.toString(), "LC_ALL", "C"));
    all.putAll(more);
    return all;
  }
}
