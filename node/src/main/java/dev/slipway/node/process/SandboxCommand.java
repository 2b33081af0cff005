package dev.slipway.node.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The words that run a command in a sandbox.
///
/// Implementation note. `unshare` makes the namespaces, a shell becomes the first process of the
/// new PID space: it has everything mounted, enters the control groups meanwhile, which makes it
/// wait for the kernel, and runs the container's command as its child, in the container's root and
/// as its user. Being first it takes in orphans,
/// and its end takes everything with it; a first process is also deaf to signals that it has not
/// asked for, which the container's own therefore need not be. Its own words go to a file, so that
/// they are not taken for the container's.
final class SandboxCommand {
  /// What the shell ends with if the container's command was not reached.
  static final int NOT_REACHED = 125;

  private static final String SCRIPT =
      """
      exec 3>&2 2>"$1"
      table=$2 root=$3 host=$4 groups=$5 change=$6
      shift 6
      mount=$1
      shift
      "$mount" -a -T "$table" >&2 &
      if [ -n "$host" ]; then echo "$host" >/proc/sys/kernel/hostname; fi
      while [ "$groups" -gt 0 ]; do
        echo 0 >"$1/cgroup.procs" || exit 125
        groups=$((groups - 1))
        shift
      done
      wait $! || exit 125
      : >"$root/../mounted"
      "$change" "$root" "$@" 2>&3 3>&-
      exit $?
      """;

  private final SandboxTools tools;
  private final Sandboxes.Level level;
  private final List<String> outside = new ArrayList<>();
  private final List<String> groups = new ArrayList<>();
  private final List<String> rights = new ArrayList<>();
  private boolean ownHost;
  private boolean ownProcesses = true;
  private String host = "";
  private Path root = Path.of("/");
  private Path table = Path.of("/");
  private Path problem = Path.of("/");
  private String directory = "/";

  SandboxCommand(SandboxTools tools, Sandboxes.Level level) {
    this.tools = tools;
    this.level = level;
  }

  SandboxCommand in(ContainerRoot made, String workingDirectory) {
    root = made.root();
    table = made.table();
    problem = made.problem();
    directory = workingDirectory;
    return this;
  }

  /// With a host name of its own.
  SandboxCommand host(String name) {
    ownHost = true;
    host = name;
    return this;
  }

  /// Seeing and reaching every process of this machine.
  SandboxCommand allProcesses() {
    ownProcesses = false;
    return this;
  }

  /// @param file of the namespace
  SandboxCommand network(Path file) {
    outside.add("--net=" + file);
    return this;
  }

  /// Seeing and reaching the processes of another container.
  SandboxCommand processesOf(ProcessHandle main) {
    outside.add("--pid=/proc/" + main.pid() + "/ns/pid");
    ownProcesses = false;
    return this;
  }

  /// @param directories of control groups
  SandboxCommand limitedBy(List<Path> directories) {
    directories.forEach(each -> groups.add(each.toString()));
    return this;
  }

  SandboxCommand as(SandboxUser user) {
    if (level == Sandboxes.Level.FULL && tools.setpriv().isPresent() && !user.words().isEmpty()) {
      rights.add(tools.setpriv().get().toString());
      rights.addAll(user.words());
      rights.add("--");
    }
    return this;
  }

  List<String> words(List<String> command) {
    var all = new ArrayList<String>();
    if (!outside.isEmpty()) {
      all.add(tools.nsenter().toString());
      all.addAll(outside);
      all.add("--");
    }
    all.add(tools.unshare().toString());
    if (level == Sandboxes.Level.USER) {
      all.addAll(List.of("--user", "--map-root-user"));
    }
    all.addAll(List.of("--mount", "--ipc", "--fork", "--kill-child"));
    if (ownProcesses) {
      all.add("--pid");
    }
    if (ownHost) {
      all.add("--uts");
    }
    all.addAll(List.of("--", tools.shell().toString(), "-c", SCRIPT, "slipway"));
    all.addAll(List.of(problem.toString(), table.toString(), root.toString(), host));
    all.add(String.valueOf(groups.size()));
    all.add(tools.chroot().toString());
    all.add(tools.mount().toString());
    all.addAll(groups);
    all.addAll(List.of(tools.shell().toString(), "-c", "cd \"$0\" && exec \"$@\"", directory));
    all.addAll(rights);
    all.addAll(command);
    return all;
  }
}
