package dev.slipway.node.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The kernel's control groups, where this program may make some: one a container, below one of the
/// platform's own. Both versions of them; in the first every controller has a tree of its own.
/// Thread-safe.
///
/// Source: Linux, Documentation/admin-guide/cgroup-v1 and cgroup-v2.rst.
final class ControlGroups {
  private static final Logger LOG = LoggerFactory.getLogger(ControlGroups.class);
  private static final List<String> CONTROLLERS = List.of("memory", "cpu", "cpuacct", "pids");
  private static final int ATTEMPTS = 50;

  /// By controller; in version 2 the same directory for each.
  private final Map<String, Path> bases;

  private final boolean unified;

  private ControlGroups(Map<String, Path> bases, boolean unified) {
    this.bases = Map.copyOf(bases);
    this.unified = unified;
  }

  /// Those of a platform; what an earlier program of its has left there is ended.
  ///
  /// @param name no other platform of this machine has
  /// @return with no controllers where none is permitted
  static ControlGroups of(String name) {
    try {
      var mounts = Files.readAllLines(Path.of("/proc/self/mountinfo"));
      var own = Files.readAllLines(Path.of("/proc/self/cgroup"));
      var second = second(mounts, own, name);
      if (second.isPresent()) {
        return new ControlGroups(
            Map.of("memory", second.get(), "cpu", second.get(), "cpuacct", second.get()), true);
      }
      return new ControlGroups(first(mounts, own, name), false);
    } catch (IOException problem) {
      LOG.debug("no control groups: {}", problem.toString());
      return new ControlGroups(Map.of(), false);
    }
  }

  private static Map<String, Path> first(List<String> mounts, List<String> own, String name) {
    var all = new LinkedHashMap<String, Path>();
    for (var controller : CONTROLLERS) {
      mount(mounts, "cgroup", controller)
          .map(at -> own(at, own, controller))
          .flatMap(at -> made(at.resolve(name)))
          .ifPresent(at -> all.put(controller, at));
    }
    return all;
  }

  private static Optional<Path> second(List<String> mounts, List<String> own, String name) {
    var mount = mount(mounts, "cgroup2", "");
    if (mount.isEmpty()) {
      return Optional.empty();
    }
    for (Path at = own(mount.get(), own, "");
        at != null && at.startsWith(mount.get());
        at = at.getParent()) {
      enable(at);
      var made = made(at.resolve(name)).filter(ControlGroups::controls);
      if (made.isPresent()) {
        return made;
      }
      remove(at.resolve(name));
    }
    return Optional.empty();
  }

  private static boolean controls(Path made) {
    enable(made);
    return Files.exists(made.resolve("memory.max"))
        && text(made.resolve("cgroup.subtree_control")).contains("memory");
  }

  private static void enable(Path at) {
    for (var each : List.of("+memory", "+cpu", "+pids")) {
      write(at.resolve("cgroup.subtree_control"), each);
    }
  }

  /// Where a hierarchy is mounted.
  private static Optional<Path> mount(List<String> mounts, String type, String controller) {
    for (var line : mounts) {
      var halves = line.split(" - ", 2);
      var words = halves[0].split(" ", -1);
      var system = halves.length > 1 ? halves[1].split(" ", -1) : new String[0];
      if (system.length > 2
          && words.length > 4
          && system[0].equals(type)
          && (controller.isEmpty() || List.of(system[2].split(",", -1)).contains(controller))) {
        return Optional.of(Path.of(words[4]));
      }
    }
    return Optional.empty();
  }

  /// This program's own group, as far as it is visible.
  private static Path own(Path mount, List<String> own, String controller) {
    for (var line : own) {
      var parts = line.split(":", 3);
      if (parts.length == 3 && List.of(parts[1].split(",", -1)).contains(controller)) {
        var at = mount.resolve(parts[2].substring(1)).normalize();
        return Files.isDirectory(at) && at.startsWith(mount) ? at : mount;
      }
    }
    return mount;
  }

  private static Optional<Path> made(Path at) {
    try {
      empty(at);
      Files.createDirectories(at);
      return Optional.of(at);
    } catch (IOException problem) {
      LOG.debug("no control group {}: {}", at, problem.toString());
      return Optional.empty();
    }
  }

  boolean limitsMemory() {
    return bases.containsKey("memory");
  }

  boolean limitsCpu() {
    return bases.containsKey("cpu");
  }

  /// A group for one start of a container.
  ///
  /// @param memoryBytes 0 for no limit
  /// @param millicores 0 for no limit
  /// @return empty where none is permitted
  Optional<ControlGroup> make(String name, long memoryBytes, long millicores) {
    var made = new LinkedHashMap<String, Path>();
    bases.forEach(
        (controller, base) -> {
          var at = base.resolve(name);
          try {
            Files.createDirectories(at);
            made.put(controller, at);
          } catch (IOException problem) {
            LOG.debug("no control group {}: {}", at, problem.toString());
          }
        });
    if (made.isEmpty()) {
      return Optional.empty();
    }
    var group = new ControlGroup(made, unified);
    group.limit(memoryBytes, millicores);
    return Optional.of(group);
  }

  /// Ends all that is in them, and them.
  void close() {
    bases.values().stream().distinct().forEach(ControlGroups::remove);
  }

  static void remove(Path at) {
    try {
      empty(at);
      delete(at);
    } catch (IOException problem) {
      LOG.debug("{} could not be removed: {}", at, problem.toString());
    }
  }

  /// Ends the groups below one, and what runs in them.
  private static void empty(Path at) throws IOException {
    if (!Files.isDirectory(at)) {
      return;
    }
    try (Stream<Path> all = Files.list(at)) {
      for (var each : all.filter(Files::isDirectory).toList()) {
        kill(each);
        delete(each);
      }
    }
  }

  private static void kill(Path at) {
    for (var pid : text(at.resolve("cgroup.procs")).lines().toList()) {
      ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  /// The kernel lets a group go a moment after its last process.
  private static void delete(Path at) throws IOException {
    for (int i = 0; i < ATTEMPTS; i++) {
      try {
        Files.deleteIfExists(at);
        return;
      } catch (IOException problem) {
        if (i == ATTEMPTS - 1) {
          throw problem;
        }
        kill(at);
        pause();
      }
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(5);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted");
    }
  }

  static boolean write(Path file, String text) {
    try {
      Files.writeString(file, text);
      return true;
    } catch (IOException problem) {
      LOG.debug("{}: {}", file, problem.toString());
      return false;
    }
  }

  static String text(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException _) {
      return "";
    }
  }

  /// All of them, for tests of what is left.
  List<Path> directories() {
    return new ArrayList<>(bases.values());
  }
}
