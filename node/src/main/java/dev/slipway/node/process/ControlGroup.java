package dev.slipway.node.process;

import dev.slipway.node.PodRuntime;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The control group of one start of a container.
///
/// @param directories by controller
/// @param unified whether they are of version 2
record ControlGroup(Map<String, Path> directories, boolean unified) {
  private static final long PERIOD_MICROS = 100_000;
  private static final long LEAST_QUOTA_MICROS = 1_000;

  ControlGroup {
    directories = Map.copyOf(directories);
  }

  /// Those whose `cgroup.procs` a process is to be written to.
  List<Path> places() {
    return directories.values().stream().distinct().toList();
  }

  /// @param memoryBytes 0 for no limit
  /// @param millicores 0 for no limit
  void limit(long memoryBytes, long millicores) {
    if (memoryBytes > 0 && directories.containsKey("memory")) {
      var bytes = String.valueOf(memoryBytes);
      if (unified) {
        set("memory", "memory.max", bytes);
        set("memory", "memory.swap.max", "0");
        set("memory", "memory.oom.group", "1");
      } else {
        set("memory", "memory.limit_in_bytes", bytes);
        set("memory", "memory.memsw.limit_in_bytes", bytes);
      }
    }
    if (millicores > 0 && directories.containsKey("cpu")) {
      long quota = Math.max(LEAST_QUOTA_MICROS, millicores * PERIOD_MICROS / 1000);
      if (unified) {
        set("cpu", "cpu.max", quota + " " + PERIOD_MICROS);
      } else {
        set("cpu", "cpu.cfs_period_us", String.valueOf(PERIOD_MICROS));
        set("cpu", "cpu.cfs_quota_us", String.valueOf(quota));
      }
    }
  }

  private void set(String controller, String file, String value) {
    ControlGroups.write(directories.getOrDefault(controller, Path.of("/")).resolve(file), value);
  }

  /// Takes in a process that is not kept apart otherwise; what it starts from now on follows it.
  void take(long pid) {
    places()
        .forEach(each -> ControlGroups.write(each.resolve("cgroup.procs"), String.valueOf(pid)));
  }

  /// Whether the kernel has ended a process for the group's use of memory.
  boolean ranOutOfMemory() {
    return number("memory", unified ? "memory.events" : "memory.oom_control", "oom_kill ") > 0;
  }

  /// Whether it tells how much memory is used.
  boolean tellsMemory() {
    return directories.containsKey("memory");
  }

  PodRuntime.Usage usage() {
    long bytes =
        number("memory", unified ? "memory.current" : "memory.usage_in_bytes", "")
            - number("memory", "memory.stat", unified ? "inactive_file " : "total_inactive_file ");
    long nanos =
        unified
            ? number("cpu", "cpu.stat", "usage_usec ") * 1000
            : number("cpuacct", "cpuacct.usage", "");
    return new PodRuntime.Usage(Math.max(0, bytes), nanos);
  }

  /// The number after a word at the beginning of a line; 0 where it is not told.
  private long number(String controller, String file, String word) {
    var directory = directories.get(controller);
    if (directory == null) {
      return 0;
    }
    return ControlGroups.text(directory.resolve(file))
        .lines()
        .filter(line -> line.startsWith(word))
        .map(line -> line.substring(word.length()))
        .filter(rest -> rest.matches("\\d{1,18}"))
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElse(0);
  }

  void remove() {
    places().forEach(ControlGroups::remove);
  }
}
