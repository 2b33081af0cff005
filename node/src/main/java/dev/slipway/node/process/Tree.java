package dev.slipway.node.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A process and all it has started, also those whose parents have ended: they are known by a
/// variable that all of them have inherited, where the system shows the variables of processes.
///
/// @param mark `NAME=value`, as it is in their environment
record Tree(ProcessHandle root, String mark) {
  private static final Path PROC = Path.of("/proc");
  private static final int MOST_ROUNDS = 50;

  /// All of them that live.
  Set<ProcessHandle> members() {
    var all = new LinkedHashSet<ProcessHandle>();
    if (root.isAlive()) {
      all.add(root);
      root.descendants().filter(ProcessHandle::isAlive).forEach(all::add);
    }
    all.addAll(marked(mark));
    return all;
  }

  /// Ends all of them at once, until none is left.
  void kill() {
    for (int round = 0; round < MOST_ROUNDS; round++) {
      var left = members();
      if (left.isEmpty()) {
        return;
      }
      left.forEach(ProcessHandle::destroyForcibly);
      left.forEach(Tree::awaitEnd);
    }
  }

  private static void awaitEnd(ProcessHandle process) {
    try {
      process.onExit().get(200, TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException _) {
      // the next round looks again
    }
  }

  /// Processes of this machine that have a variable; none where the system does not tell.
  static Set<ProcessHandle> marked(String mark) {
    var wanted = "\0" + mark + "\0";
    if (!Files.isDirectory(PROC)) {
      return Set.of();
    }
    try (Stream<Path> all = Files.list(PROC)) {
      return all.filter(each -> each.getFileName().toString().matches("\\d+"))
          .filter(each -> environment(each).contains(wanted))
          .map(each -> Long.parseLong(each.getFileName().toString()))
          .flatMap(pid -> ProcessHandle.of(pid).stream())
          .filter(ProcessHandle::isAlive)
          .collect(Collectors.toSet());
    } catch (IOException _) {
      return Set.of();
    }
  }

  private static String environment(Path process) {
    try {
      var bytes = Files.readAllBytes(process.resolve("environ"));
      return "\0" + new String(bytes, StandardCharsets.ISO_8859_1) + "\0";
    } catch (IOException _) {
      return ""; // of another user, or gone
    }
  }

  /// Bytes in memory of all of them; 0 where the system does not tell.
  long residentBytes() {
    long pages = 0;
    for (var each : members()) {
      try {
        var words = Files.readString(PROC.resolve(each.pid() + "/statm")).split(" ", -1);
        pages += words.length > 1 ? Long.parseLong(words[1]) : 0;
      } catch (IOException | NumberFormatException _) {
        // gone, or no such file here
      }
    }
    return pages * 4096;
  }

  /// Processor time of all that live.
  Duration cpu() {
    return members().stream()
        .flatMap(each -> each.info().totalCpuDuration().stream())
        .reduce(Duration.ZERO, Duration::plus);
  }
}
