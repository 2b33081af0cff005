package dev.slipway.node.environment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

/// The machine's own Python and Java under the names that images have them by.
final class MachinePrograms {
  private static final Pattern JAVA_VERSION = Pattern.compile("(?m)^JAVA_VERSION=\"([^\"]*)\"");

  private final EnvironmentSettings settings;

  MachinePrograms(EnvironmentSettings settings) {
    this.settings = settings;
  }

  /// Directories that have an interpreter as `python` and `python3`, its `pip`, and the programs
  /// its packages have installed.
  List<Path> python(Python python) throws IOException {
    var executable = python.executable();
    var bin =
        settings
            .environments()
            .resolve(".machine")
            .resolve(Integer.toHexString(executable.hashCode()));
    for (var name : List.of("python", "python3")) {
      script(bin.resolve(name), "exec '" + executable + "' \"$@\"\n");
    }
    for (var name : List.of("pip", "pip3")) {
      script(bin.resolve(name), "exec '" + executable + "' -m pip \"$@\"\n");
    }
    var beside = executable.toAbsolutePath().getParent();
    return beside == null ? List.of(bin) : List.of(bin, beside);
  }

  private static void script(Path file, String line) throws IOException {
    if (Files.isExecutable(file)) {
      return;
    }
    Files.createDirectories(file.resolveSibling("."));
    var made = file.resolveSibling("." + UUID.randomUUID());
    Files.writeString(made, "#!/bin/sh\n" + line);
    Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.move(made, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /// The home of the JDK to use.
  Path java() {
    return settings.java();
  }

  /// As its `release` file says; empty where there is none.
  static String javaVersion(Path home) {
    try {
      var found = JAVA_VERSION.matcher(Files.readString(home.resolve("release")));
      return found.find() ? found.group(1) : "";
    } catch (IOException _) {
      return "";
    }
  }
}
