package dev.slipway.node.environment;

import dev.slipway.base.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;

/// The virtual environments made here, one directory a name. Several processes may look and change
/// at once.
///
/// A name is a link to a directory in `.made`, set in one step when all is installed: what is
/// half made has no name. A process that runs in a directory which lost its name keeps it until
/// [#sweep()].
public final class Environments {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9._-]{0,62}");
  private static final String MADE = ".made";
  private static final String ABOUT = "environment.json";

  private final Path data;
  private final Path directory;

  public Environments(EnvironmentSettings settings) {
    this.data = settings.data();
    this.directory = settings.environments();
  }

  /// One that is whole.
  ///
  /// @param home its directory, free of links
  /// @param packages what was asked for
  public record Made(String name, Path home, List<String> packages, Instant at) {
    public Made {
      packages = List.copyOf(packages);
    }

    public Path python() {
      return home.resolve("bin/python");
    }
  }

  public static boolean isName(String text) {
    return NAME.matcher(text).matches() && !text.equals(ImageTable.MACHINE);
  }

  public Optional<Made> find(String name) {
    var link = directory.resolve(name);
    try {
      if (!isName(name) || !Files.isSymbolicLink(link)) {
        return Optional.empty();
      }
      var home = link.toRealPath();
      var about = Json.parseObject(Files.readAllBytes(home.resolve(ABOUT)));
      var packages = new ArrayList<String>();
      about.path("packages").forEach(each -> packages.add(each.asString("")));
      var at = Instant.parse(Json.text(about, "madeAt"));
      return Optional.of(new Made(name, home, packages, at));
    } catch (IOException | JacksonException | java.time.DateTimeException _) {
      return Optional.empty();
    }
  }

  /// All that are whole, by name.
  public List<Made> list() throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (var all = Files.list(directory)) {
      return all.map(each -> each.getFileName().toString())
          .sorted()
          .flatMap(each -> find(each).stream())
          .toList();
    }
  }

  /// A new directory to make one in; nobody finds it before [#finish].
  Path begin(String name) throws IOException {
    var home =
        directory.resolve(MADE).resolve(name + "-" + UUID.randomUUID().toString().substring(0, 8));
    if (!Files.exists(data)) {
      Files.createDirectories(
          data, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    Files.createDirectories(home);
    Files.writeString(making(home), String.valueOf(ProcessHandle.current().pid()));
    return home;
  }

  private static Path making(Path home) {
    return home.resolveSibling(home.getFileName() + ".making");
  }

  /// Gives a directory its name: from here on it is the one.
  Made finish(String name, Path home, List<String> packages, Instant now) throws IOException {
    var about = Json.object().put("name", name).put("madeAt", now.toString());
    var list = about.putArray("packages");
    packages.forEach(list::add);
    Files.write(home.resolve(ABOUT), Json.bytes(about));
    var link = directory.resolve("." + name + "-" + UUID.randomUUID());
    Files.createSymbolicLink(link, directory.relativize(home));
    Files.move(
        link,
        directory.resolve(name),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    Files.deleteIfExists(making(home));
    return new Made(name, home.toRealPath(), packages, now);
  }

  /// Removes what could not be finished.
  void abandon(Path home) {
    try {
      remove(home);
      Files.deleteIfExists(making(home));
    } catch (IOException _) {
      // swept later
    }
  }

  /// @return whether there was one
  public boolean delete(String name) throws IOException {
    var found = find(name);
    boolean had = isName(name) && Files.deleteIfExists(directory.resolve(name));
    if (found.isPresent()) {
      remove(found.get().home());
    }
    return had;
  }

  /// Removes what has no name and is not being made. To be called where nothing runs in any.
  public void sweep() throws IOException {
    if (!Files.isDirectory(directory.resolve(MADE))) {
      return;
    }
    var named = list().stream().map(Made::home).toList();
    try (var all = Files.newDirectoryStream(directory.resolve(MADE), Files::isDirectory)) {
      for (var each : all) {
        if (!named.contains(each.toRealPath()) && !isBeingMade(each)) {
          remove(each);
          Files.deleteIfExists(making(each));
        }
      }
    }
  }

  private static boolean isBeingMade(Path home) {
    try {
      var pid = Files.readString(making(home)).strip();
      return pid.matches("\\d{1,18}") && ProcessHandle.of(Long.parseLong(pid)).isPresent();
    } catch (IOException _) {
      return false;
    }
  }

  private static void remove(Path home) throws IOException {
    try (var files = Files.walk(home)) {
      for (var each : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.deleteIfExists(each);
      }
    } catch (NoSuchFileException _) {
      // removed by another
    }
  }
}
