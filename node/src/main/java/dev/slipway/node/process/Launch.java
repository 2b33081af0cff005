package dev.slipway.node.process;

import dev.slipway.base.Json;
import dev.slipway.node.ContainerStart;
import dev.slipway.node.environment.LocalImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/// What is executed for a container: words, variables and a directory of this machine, made of what
/// the pod says. Made anew for every start.
final class Launch {
  /// Of every process that belongs to a container; its value is the container's name here.
  static final String MARK = "SLIPWAY_CONTAINER";

  private static final String SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";
  private static final String USUAL_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  static final String TERMINATION_LOG = "/dev/termination-log";

  private final ContainerStart start;
  private final Map<String, String> common;
  private final LocalImage image;
  private final Map<Integer, Integer> ports;
  private final String mark;
  private final Map<String, String> mounts = new TreeMap<>();
  private final List<String> notes = new ArrayList<>();
  private final Path home;
  private Optional<Sandbox> sandbox = Optional.empty();

  /// @param image what stands for the container's
  /// @param common variables of every container
  /// @param ports of the container, and those that it is to listen on
  /// @param mark the value of [#MARK]
  Launch(
      ContainerStart start,
      LocalImage image,
      Map<String, String> common,
      Map<Integer, Integer> ports,
      String mark) {
    this.start = start;
    this.common = Map.copyOf(common);
    this.image = image;
    this.ports = ports;
    this.mark = mark;
    this.home = home(start);
  }

  /// A directory of the container's own, over all its starts.
  static Path home(ContainerStart start) {
    return start.logs().resolveSibling("../home/" + start.name()).toAbsolutePath().normalize();
  }

  /// Where its last words are.
  static Path message(ContainerStart start) {
    return home(start).resolve("termination-log");
  }

  /// Kept apart: it finds everything where its container says.
  Launch in(Sandbox made) {
    sandbox = Optional.of(made);
    return this;
  }

  /// @param words rewrite what else is said to the container
  /// @param notes what a user should know, of what is not as in a container
  record Made(ProcessBuilder builder, Path terminationMessage, Words words, List<String> notes) {
    Made {
      notes = List.copyOf(notes);
    }
  }

  /// @throws StartException if there is no such program or directory
  /// @throws IOException if files of the pod cannot be made
  Made make() throws StartException, IOException {
    Files.createDirectories(home.resolve("tmp"));
    var message = message(start);
    if (sandbox.isEmpty()) {
      Files.deleteIfExists(message);
    }
    mount();
    var words = words(message);
    var environment = environment(words, message);
    var directory = directory();
    var command = words.command(command());
    var program = program(command.getFirst(), directory, environment.getOrDefault("PATH", ""));
    var whole = new ArrayList<>(command);
    whole.set(0, program.toString());
    var builder = builder(whole, directory, program).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment);
    return new Made(builder, message, words, notes);
  }

  private Words words(Path message) {
    return sandbox.isPresent()
        ? new Words(Map.of(), changedPorts())
        : new Words(replacements(message), changedPorts());
  }

  private ProcessBuilder builder(List<String> command, Path directory, Path program)
      throws IOException {
    if (sandbox.isEmpty()) {
      return new ProcessBuilder(command).directory(directory.toFile());
    }
    notes.addAll(sandbox.get().notes());
    return new ProcessBuilder(
            sandbox.get().around(command, directory.toString(), directory.resolve(program)))
        .directory(home.toFile());
  }

  private void mount() throws IOException {
    image.files().forEach((path, place) -> mounts.put(path, place.toString()));
    for (var each : start.container().path("volumeMounts")) {
      var path = Json.text(each, "mountPath");
      var place = start.volumes().onHost(start.container(), path).toAbsolutePath().normalize();
      mounts.put(
          path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path,
          place.toString());
    }
  }

  private Map<String, String> replacements(Path message) {
    var all = new TreeMap<>(mounts);
    all.values().removeIf(place -> place.equals("/"));
    all.entrySet().removeIf(each -> each.getKey().equals(each.getValue()));
    var named = Json.text(start.container(), "terminationMessagePath");
    all.put(named.isEmpty() ? TERMINATION_LOG : named, message.toString());
    var shown = new TreeMap<>(all);
    shown.keySet().removeIf(path -> !mounts.containsKey(path) || path.equals(SERVICE_ACCOUNT));
    if (!shown.isEmpty()) {
      notes.add(
          "this container sees the whole machine: its mounts are at other places, "
              + shown
              + "; where the command, arguments or variables name them, the places on this machine"
              + " are named instead, and SLIPWAY_MOUNT_… names them too");
    }
    return all;
  }

  private Map<Integer, Integer> changedPorts() {
    var changed = new TreeMap<>(ports);
    changed.entrySet().removeIf(each -> each.getKey().equals(each.getValue()));
    if (!changed.isEmpty()) {
      notes.add(
          "ports are shared with the whole machine and "
              + changed.keySet()
              + " taken: it is told to listen elsewhere, "
              + changed
              + ", by PORT and by what its command, arguments and variables say of ports; the pod's"
              + " own address answers as asked");
    }
    return changed;
  }

  private List<String> command() throws StartException {
    var found = image.entry().words(start.command(), start.args());
    if (found.isEmpty()) {
      throw new StartException("no command specified: unknown");
    }
    return found;
  }

  private Map<String, String> environment(Words words, Path message) {
    var all = new LinkedHashMap<String, String>();
    for (var standard : List.of("PATH", "LANG", "LC_ALL", "TZ")) {
      var value = System.getenv(standard);
      if (value != null) {
        all.put(standard, value);
      }
    }
    all.putAll(image.variables());
    all.putAll(places(message));
    all.putAll(common);
    start.environment().forEach((name, value) -> all.put(name, words.variable(name, value)));
    ports.forEach(
        (asked, given) -> {
          if (!asked.equals(given)) {
            all.putIfAbsent("PORT", given.toString());
          }
        });
    all.put("PATH", image.search(all.getOrDefault("PATH", USUAL_PATH)));
    all.put(MARK, mark);
    return all;
  }

  private Map<String, String> places(Path message) {
    var all = new LinkedHashMap<String, String>();
    boolean apart = sandbox.isPresent();
    var named = start.pod().text("spec", "hostname");
    var lastWords = Json.text(start.container(), "terminationMessagePath");
    all.put("HOSTNAME", named.isEmpty() ? start.pod().name() : named);
    all.put("HOME", apart ? Sandbox.HOME : home.toString());
    if (!apart) {
      all.put("TMPDIR", home.resolve("tmp").toString());
    }
    var inside = lastWords.isEmpty() ? TERMINATION_LOG : lastWords;
    all.put("TERMINATION_LOG", apart ? inside : message.toString());
    mounts.forEach((path, place) -> all.put(variable(path), apart ? path : place));
    return all;
  }

  /// `SLIPWAY_MOUNT_ETC_CONFIG` of `/etc/config`.
  private static String variable(String path) {
    return "SLIPWAY_MOUNT" + path.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
  }

  private Path directory() throws StartException, IOException {
    var named = Json.text(start.container(), "workingDir");
    if (sandbox.isPresent()) {
      return Path.of(Sandbox.HOME).resolve(named).normalize();
    }
    if (named.isEmpty()) {
      return home;
    }
    var place = start.volumes().onHost(start.container(), named).toAbsolutePath().normalize();
    if (Files.isDirectory(place)) {
      return place;
    }
    notes.add(
        "working directory "
            + named
            + " is not there on this machine: it runs in a directory of its own");
    return home;
  }

  private Path program(String name, Path directory, String search) throws StartException {
    UnaryOperator<Path> view = path -> sandbox.map(each -> each.onHost(path)).orElse(path);
    var own = image.program(name);
    return own.isPresent() ? own.get() : Programs.find(name, directory, search, view);
  }
}
