package dev.slipway.node.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The files a container sees: this machine's, with its writes in a directory of its own, and its
/// mounts at their places. Made of directories and a table of mounts; [Sandbox] has it mounted.
///
/// Implementation note. An overlay's upper directory also holds the places to mount at, so that any
/// path can be mounted whether this machine has it or not. In a user's own namespace the kernel
/// refuses an overlay of `/`, for its mounts are locked there: then each directory of the root has
/// an overlay of its own, or is bound where that holds mounts. Places are found with this machine's
/// symbolic links resolved, because a mount from outside would follow them out of the container.
final class ContainerRoot {
  private static final Set<String> OWN = Set.of("proc", "sys", "dev", "tmp", "run");
  private static final List<String> DEVICES =
      List.of("null", "zero", "full", "random", "urandom", "tty", "ptmx");
  private static final String SHARED_MEMORY = "size=64m,mode=1777,nosuid,nodev";

  private final Path directory;
  private final boolean ofUser;
  private final boolean readOnly;
  private final StringBuilder table = new StringBuilder();

  /// Directories of this machine that hold what the container sees at a path.
  private final TreeMap<String, Path> backing = new TreeMap<>();

  /// @param directory for everything it needs; what is there from an earlier start is deleted
  /// @param ofUser whether the mounts are made in a user's own namespace
  /// @param readOnly whether it may write to its mounts alone
  ContainerRoot(Path directory, boolean ofUser, boolean readOnly) throws IOException {
    this.directory = directory;
    this.ofUser = ofUser;
    this.readOnly = readOnly;
    delete(directory);
    for (var each : List.of("upper", "work", "root", "tmp", "dev")) {
      Files.createDirectories(directory.resolve(each));
    }
    if (ofUser) {
      topLevel();
    } else {
      whole();
    }
    system();
  }

  /// One more mount of a container.
  ///
  /// @param path absolute, as the container names it
  record Mount(String path, Path source, boolean readOnly) {}

  Path root() {
    return directory.resolve("root");
  }

  Path table() {
    return directory.resolve("fstab");
  }

  /// Where it says why it could not be mounted.
  Path problem() {
    return directory.resolve("problem");
  }

  private void whole() {
    backing.put("", directory.resolve("upper"));
    overlay("/", directory.resolve("upper"), directory.resolve("work"), root());
  }

  private void overlay(String lower, Path upper, Path work, Path at) {
    line(
        "overlay",
        at,
        "overlay",
        "lowerdir="
            + lower
            + ",upperdir="
            + upper
            + ",workdir="
            + work
            + (ofUser ? ",userxattr" : "")
            + (readOnly ? ",ro" : ""));
  }

  private void topLevel() throws IOException {
    var root = root();
    backing.put("", root);
    line(root.toString(), root, "none", "bind");
    var mounted = MountedPlaces.of();
    try (Stream<Path> all = Files.list(Path.of("/"))) {
      for (var each : all.sorted().toList()) {
        var name = String.valueOf(each.getFileName());
        if (Files.isSymbolicLink(each)) {
          Files.createSymbolicLink(root.resolve(name), Files.readSymbolicLink(each));
        } else if (Files.isDirectory(each) && !OWN.contains(name)) {
          topLevel(name, mounted);
        }
      }
    }
    for (var each : OWN) {
      Files.createDirectories(root.resolve(each));
    }
  }

  private void topLevel(String name, List<String> mounted) throws IOException {
    var at = Files.createDirectories(root().resolve(name));
    if (!Files.isReadable(Path.of("/" + name))) {
      return;
    }
    if (mounted.stream().anyMatch(each -> each.startsWith("/" + name))) {
      line("/" + name, at, "none", "rbind,ro");
      return;
    }
    var upper = Files.createDirectories(directory.resolve("upper").resolve(name));
    var work = Files.createDirectories(directory.resolve("work").resolve(name));
    backing.put("/" + name, upper);
    overlay("/" + name, upper, work, at);
  }

  private void system() throws IOException {
    line("proc", point("/proc", true), "proc", "nosuid,nodev,noexec");
    line("/sys", point("/sys", true), "none", ofUser ? "rbind" : "bind,ro");
    if (!ofUser) {
      for (var each : MountedPlaces.of()) {
        if (Files.isDirectory(Path.of(each)) && !each.startsWith(directory.toString())) {
          line(each, root().resolve(each.substring(1)), "none", "bind,ro");
        }
      }
    }
    devices();
    var tmp = directory.resolve("tmp");
    permit(tmp, "rwxrwxrwx");
    add(new Mount("/tmp", tmp, readOnly));
  }

  private void devices() throws IOException {
    var dev = directory.resolve("dev");
    backing.put("/dev", dev);
    line(dev.toString(), point("/dev", true), "none", "bind");
    var devices = new ArrayList<>(DEVICES);
    try (Stream<Path> all = Files.list(Path.of("/dev"))) {
      all.map(each -> String.valueOf(each.getFileName()))
          .filter(each -> each.startsWith("nvidia") || each.equals("fuse"))
          .forEach(devices::add);
    }
    for (var each : devices) {
      var from = Path.of("/dev", each);
      if (Files.exists(from)) {
        line(
            from.toString(),
            point("/dev/" + each, Files.isDirectory(from)),
            "none",
            Files.isDirectory(from) ? "rbind" : "bind");
      }
    }
    link(dev, "fd", "/proc/self/fd");
    link(dev, "stdin", "/proc/self/fd/0");
    link(dev, "stdout", "/proc/self/fd/1");
    link(dev, "stderr", "/proc/self/fd/2");
    line("/dev/pts", point("/dev/pts", true), "none", "rbind"); // terminals are made outside
    line("shm", point("/dev/shm", true), "tmpfs", SHARED_MEMORY);
  }

  private static void link(Path directory, String name, String target) throws IOException {
    Files.createSymbolicLink(directory.resolve(name), Path.of(target));
  }

  /// Adds a mount over what is there already.
  ///
  /// @throws IOException if the source is not there, or the place cannot be made
  void add(Mount mount) throws IOException {
    if (!Files.exists(mount.source())) {
      throw new IOException(
          "mount " + mount.path() + ": there is no " + mount.source() + " on this machine");
    }
    boolean isDirectory = Files.isDirectory(mount.source());
    var at = point(mount.path(), isDirectory);
    line(mount.source().toString(), at, "none", mount.readOnly() ? "rbind,ro" : "rbind");
    if (isDirectory) {
      backing.put(resolved(mount.path()), mount.source());
    }
  }

  /// Hides a place of this machine, if it is there.
  void hide(Path place) throws IOException {
    if (Files.isDirectory(place)) {
      line("hidden", point(place.toString(), true), "tmpfs", "size=4k,mode=555,ro");
    } else if (Files.exists(place)) {
      line("/dev/null", point(place.toString(), false), "none", "bind");
    }
  }

  /// Gives a file of the root other words than this machine's.
  void write(String path, String text) throws IOException {
    var file = made(resolved(path), false);
    Files.writeString(file, text);
  }

  /// Has a directory there, whether this machine has it or not.
  void require(String path) throws IOException {
    point(path, true);
  }

  /// Lets any user of the container pass through the directories above a place, whatever this
  /// machine says of them; their other contents stay as closed as they are.
  void open(Path place) throws IOException {
    for (var each = place.getParent(); each != null && each.getParent() != null; ) {
      var rights = Files.getPosixFilePermissions(each);
      if (rights.add(PosixFilePermission.OTHERS_EXECUTE)) {
        var made = made(resolved(each.toString()), true);
        if (made.startsWith(directory)) {
          Files.setPosixFilePermissions(made, rights);
        }
      }
      each = each.getParent();
    }
  }

  /// Where to mount at a path, from outside.
  private Path point(String path, boolean isDirectory) throws IOException {
    var place = resolved(path);
    made(place, isDirectory);
    return root().resolve(place.substring(1));
  }

  /// The file or directory behind a place, made in the container's own directory if it is nowhere.
  private Path made(String place, boolean isDirectory) throws IOException {
    var under = owner(place);
    var behind = backing.get(under);
    if (behind == null) {
      throw new IOException("nothing is mounted at " + place);
    }
    boolean ofMachine = isOfMachine(under);
    var at = behind;
    var seen = under;
    var names = place.substring(under.length()).split("/", -1);
    for (int i = 1; i < names.length; i++) {
      seen += "/" + names[i];
      at = at.resolve(names[i]);
      boolean last = i == names.length - 1;
      if (!Files.exists(at, LinkOption.NOFOLLOW_LINKS)) {
        make(at, !last || isDirectory, ofMachine ? Path.of(seen) : at);
      }
    }
    return at;
  }

  private static void make(Path at, boolean isDirectory, Path like) throws IOException {
    if (!isDirectory) {
      Files.createFile(at);
      return;
    }
    Files.createDirectory(at);
    if (Files.isDirectory(like)) {
      Files.setPosixFilePermissions(at, Files.getPosixFilePermissions(like));
    }
  }

  private String owner(String place) {
    var found = place;
    while (!backing.containsKey(found)) {
      found = found.substring(0, found.lastIndexOf('/'));
    }
    return found;
  }

  /// A path with the symbolic links of this machine resolved as far as it goes there.
  private String resolved(String path) {
    var whole = Path.of("/").resolve(path).normalize();
    if (!isOfMachine(owner(whole.toString()))) {
      return whole.toString();
    }
    for (int depth = whole.getNameCount(); depth > 0; depth--) {
      var known = Path.of("/").resolve(whole.subpath(0, depth));
      if (Files.exists(known)) {
        return resolved(known, whole).toString();
      }
    }
    return whole.toString();
  }

  private static Path resolved(Path known, Path whole) {
    try {
      return known.toRealPath().resolve(known.relativize(whole));
    } catch (IOException _) {
      return whole; // not to be looked into
    }
  }

  private boolean isOfMachine(String under) {
    return under.isEmpty()
        || directory.resolve("upper").resolve(under.substring(1)).equals(backing.get(under));
  }

  private void line(String source, Path at, String type, String options) {
    table
        .append(escaped(source))
        .append(' ')
        .append(escaped(at.toString()))
        .append(' ')
        .append(type)
        .append(' ')
        .append(options)
        .append(" 0 0\n");
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\134")
        .replace(" ", "\\040")
        .replace("\t", "\\011")
        .replace("\n", "\\012")
        .replace("#", "\\043");
  }

  /// Writes the table; nothing can be added from now on.
  void finish(Map<String, String> files) throws IOException {
    for (var each : files.entrySet()) {
      write(each.getKey(), each.getValue());
    }
    Files.write(table(), table.toString().getBytes(StandardCharsets.UTF_8));
  }

  static void permit(Path place, String rights) throws IOException {
    Files.setPosixFilePermissions(place, PosixFilePermissions.fromString(rights));
  }

  /// Deletes everything; nothing may be mounted in it any more, as seen from here.
  static void delete(Path directory) throws IOException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!Files.isReadable(directory) || !Files.isWritable(directory)) {
      permit(directory, "rwx------");
    }
    try (Stream<Path> all = Files.list(directory)) {
      for (var each : all.toList()) {
        if (Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)) {
          delete(each);
        } else {
          Files.delete(each);
        }
      }
    }
    Files.delete(directory);
  }
}
