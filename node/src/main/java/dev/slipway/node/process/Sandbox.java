package dev.slipway.node.process;

import dev.slipway.base.Json;
import dev.slipway.node.ContainerStart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// What keeps one start of a container apart: its own files, processes, host name and, where the
/// pod
/// has one, network. Made of directories and words; the kernel does the rest when they are run.
final class Sandbox {
  /// The container's home and working directory, where it names none.
  static final String HOME = "/home/pod";

  private static final List<String> SECRET =
      List.of(
          "pods",
          "volumes",
          "pki",
          "processes",
          "kubeconfig",
          "store.db",
          "store.db-wal",
          "run.json");

  private final SandboxTools tools;
  private final Sandboxes.Level level;
  private final ContainerStart start;
  private final Path directory;
  private final ContainerRoot root;
  private final SandboxUser user;
  private final Scope scope;

  /// What is not this machine's, by path.
  private final TreeMap<String, Path> view = new TreeMap<>();

  /// What of a sandbox is not the container's own choice.
  ///
  /// @param data the platform's, most of which is hidden
  /// @param programs directories that it is to see in any case
  /// @param image files of this machine that the image brings, by path
  /// @param home of the container, over all its starts
  /// @param message for its last words
  /// @param files that the pod has instead of this machine's, by path
  /// @param network file of its network namespace; empty where it has this machine's
  /// @param target process of the container whose processes it is to see
  /// @param group its control group
  record Scope(
      Path data,
      List<Path> programs,
      Map<String, Path> image,
      Path home,
      Path message,
      Map<String, String> files,
      Optional<Path> network,
      Optional<ProcessHandle> target,
      Optional<ControlGroup> group) {
    Scope {
      programs = List.copyOf(programs);
      image = Map.copyOf(image);
      files = Map.copyOf(files);
    }
  }

  /// @throws IOException if its files cannot be made, or a volume is not there
  Sandbox(SandboxTools tools, Sandboxes.Level level, ContainerStart start, Scope scope)
      throws IOException {
    this.tools = tools;
    this.level = level;
    this.start = start;
    this.scope = scope;
    this.user = SandboxUser.of(start.pod(), start.container());
    this.directory =
        scope.home().resolveSibling("../sandbox/" + start.name()).toAbsolutePath().normalize();
    boolean readOnly =
        start.container().at("/securityContext/readOnlyRootFilesystem").asBoolean(false);
    this.root = new ContainerRoot(directory, level == Sandboxes.Level.USER, readOnly);
    view.put("/tmp", directory.resolve("tmp"));
    platform();
    place(new ContainerRoot.Mount(HOME, own(scope.home()), readOnly));
    volumes();
    lastWords();
  }

  private void platform() throws IOException {
    if (isCovered(scope.data())) {
      place(new ContainerRoot.Mount(scope.data().toString(), scope.data(), true));
    }
    for (var each : programs()) {
      var parent = each.getParent();
      var whole = each.endsWith("bin") && parent != null ? parent : each;
      if (isCovered(whole) && !whole.startsWith(scope.data())) {
        place(new ContainerRoot.Mount(whole.toString(), whole, true));
      }
    }
    for (var each : new TreeMap<>(scope.image()).entrySet()) {
      place(new ContainerRoot.Mount(each.getKey(), each.getValue(), true));
    }
    for (var each : SECRET) {
      root.hide(scope.data().resolve(each));
    }
  }

  /// The environment's programs, and the one of this machine that the command names: with what is
  /// installed around it, or alone where it lies loose.
  private Set<Path> programs() {
    var all = new LinkedHashSet<>(scope.programs());
    var named = Path.of("/").resolve(start.container().at("/command/0").asString("")).normalize();
    if (Files.isRegularFile(named) && Files.isExecutable(named)) {
      var bin = named.getParent();
      boolean installed = bin != null && bin.endsWith("bin") && bin.getNameCount() > 2;
      all.add(installed ? bin : named);
    }
    return all;
  }

  /// Whether the container has directories of its own instead of those around a place.
  private static boolean isCovered(Path place) {
    return place.startsWith("/tmp") || place.startsWith("/run");
  }

  private void place(ContainerRoot.Mount mount) throws IOException {
    root.add(mount);
    view.put(mount.path(), mount.source());
  }

  private void volumes() throws IOException {
    var all = new ArrayList<ContainerRoot.Mount>();
    for (var each : start.container().path("volumeMounts")) {
      var path = Path.of("/").resolve(Json.text(each, "mountPath")).normalize().toString();
      var source = start.volumes().onHost(start.container(), Json.text(each, "mountPath"));
      if (!Files.exists(source)) {
        Files.createDirectories(source);
      }
      own(each, source);
      all.add(
          new ContainerRoot.Mount(
              path, source.toRealPath(), each.path("readOnly").asBoolean(false)));
    }
    all.sort(Comparator.comparing(ContainerRoot.Mount::path));
    for (var each : all) {
      place(each);
    }
  }

  /// Gives a volume of the pod's own to those who are to write there, as a kubelet does.
  private void own(JsonNode mount, Path source) throws IOException {
    for (var volume : start.pod().spec().path("volumes")) {
      if (Json.text(volume, "name").equals(Json.text(mount, "name"))) {
        if (volume.has("emptyDir") && Files.isDirectory(source)) {
          ContainerRoot.permit(source, "rwxrwxrwx");
        }
        var group = SandboxUser.fsGroup(start.pod());
        if (group.isPresent() && !volume.has("hostPath") && level == Sandboxes.Level.FULL) {
          share(source, group.get());
        }
      }
    }
  }

  private static void share(Path place, long group) throws IOException {
    try (Stream<Path> all = Files.walk(place)) {
      for (var each : all.toList()) {
        Files.setAttribute(each, "unix:gid", (int) group);
        var rights = Files.getPosixFilePermissions(each);
        rights.add(PosixFilePermission.GROUP_READ);
        if (Files.isDirectory(each)) {
          rights.addAll(Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.GROUP_EXECUTE));
        }
        Files.setPosixFilePermissions(each, rights);
      }
    }
  }

  private Path own(Path place) throws IOException {
    if (level == Sandboxes.Level.FULL && !user.isRoot()) {
      Files.setAttribute(place, "unix:uid", Math.toIntExact(user.user().orElse(0L)));
      Files.setAttribute(place, "unix:gid", Math.toIntExact(user.group().orElse(0L)));
    }
    return place;
  }

  private void lastWords() throws IOException {
    var named = Json.text(start.container(), "terminationMessagePath");
    Files.writeString(scope.message(), "");
    ContainerRoot.permit(scope.message(), "rw-rw-rw-");
    place(
        new ContainerRoot.Mount(
            named.isEmpty() ? Launch.TERMINATION_LOG : named, scope.message(), false));
  }

  /// Where a path of the container is to be looked at on this machine.
  Path onHost(Path path) {
    var wanted = Path.of("/").resolve(path).normalize();
    for (var each : view.descendingMap().entrySet()) {
      var mounted = Path.of(each.getKey());
      if (wanted.startsWith(mounted)) {
        return each.getValue().resolve(mounted.relativize(wanted));
      }
    }
    return wanted;
  }

  /// The words that run a command as the container.
  ///
  /// @param workingDirectory made where it is not there
  /// @param program of the command, as a path of the container
  List<String> around(List<String> command, String workingDirectory, Path program)
      throws IOException {
    if (!Files.isDirectory(onHost(Path.of(workingDirectory)))) {
      root.require(workingDirectory);
    }
    if (!user.isRoot() && onHost(program).equals(program)) {
      root.open(program);
      root.open(program.toRealPath());
    }
    root.finish(scope.files());
    var made = new SandboxCommand(tools, level).in(root, workingDirectory).as(user);
    if (!isOfHost("hostNetwork")) {
      made.host(hostName());
    }
    if (isOfHost("hostPID")) {
      made.allProcesses();
    }
    scope.network().ifPresent(made::network);
    target().ifPresent(made::processesOf);
    scope.group().ifPresent(group -> made.limitedBy(group.places()));
    return made.words(command);
  }

  /// Joined by own rights alone.
  private Optional<ProcessHandle> target() {
    return scope.target().filter(_ -> level == Sandboxes.Level.FULL);
  }

  /// How many children the container's own process is away from what is started.
  int depth() {
    return target().isPresent() ? 3 : 2;
  }

  private boolean isOfHost(String field) {
    return start.pod().spec().path(field).asBoolean(false);
  }

  private String hostName() {
    var named = start.pod().text("spec", "hostname");
    return named.isEmpty() ? start.pod().name() : named;
  }

  /// The words that run a command beside the container's own process.
  List<String> inside(long mainProcess, List<String> command) {
    var all = new ArrayList<String>();
    scope
        .group()
        .ifPresent(
            group -> {
              var enter = new StringBuilder();
              group.places().forEach(_ -> enter.append("echo 0 >\"$1/cgroup.procs\"; shift; "));
              all.addAll(List.of(tools.shell().toString(), "-c", enter + "exec \"$@\"", "slipway"));
              group.places().forEach(each -> all.add(each.toString()));
            });
    all.add(tools.nsenter().toString());
    all.addAll(List.of("--target=" + mainProcess, "--mount", "--ipc", "--root", "--wd"));
    if (level == Sandboxes.Level.USER) {
      all.addAll(List.of("--user", "--preserve-credentials"));
    }
    if (!isOfHost("hostPID")) {
      all.add("--pid");
    }
    if (!isOfHost("hostNetwork")) {
      all.add("--uts");
    }
    if (scope.network().isPresent()) {
      all.add("--net");
    }
    all.add("--");
    if (level == Sandboxes.Level.FULL && tools.setpriv().isPresent()) {
      all.add(tools.setpriv().get().toString());
      all.addAll(user.words());
      all.add("--");
    }
    all.addAll(command);
    return all;
  }

  /// Whether the container's own process has been reached: all is mounted.
  boolean isMounted() {
    return Files.exists(directory.resolve("mounted"));
  }

  /// Why it was not reached.
  String problem() {
    try {
      var said = Files.readString(root.problem()).strip();
      return "its sandbox could not be made: " + said.lines().findFirst().orElse("no reason told");
    } catch (IOException _) {
      return "its sandbox could not be made";
    }
  }

  Optional<ControlGroup> group() {
    return scope.group();
  }

  boolean hasNetwork() {
    return scope.network().isPresent();
  }

  /// What a user should know, of what is not as in a container.
  List<String> notes() {
    if (level == Sandboxes.Level.USER && !user.isRoot()) {
      return List.of(
          "securityContext.runAsUser "
              + user.user().orElse(0L)
              + " cannot be: this platform runs as a plain user, and so do its containers");
    }
    return List.of();
  }

  /// Deletes what it was made of, once everything in it has ended.
  void discard() {
    Sandboxes.discard(directory);
  }
}
