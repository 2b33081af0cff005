package dev.slipway.node.environment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/// A Python program of the platform's own: shipped as a resource, unpacked below the data directory
/// so that any Python can run it.
final class ShippedScript {
  private final String name;
  private final Path directory;

  /// @param name of the resource beside this class
  ShippedScript(EnvironmentSettings settings, String name) {
    this.name = name;
    this.directory = settings.functions();
  }

  /// What an image runs that stands for it; a container's arguments come after it.
  EntryPoint entry() {
    var words = List.of("python3", "-u", directory.resolve(name).toString());
    return new EntryPoint(words, List.of(), "", Set.of());
  }

  /// Where it is, as this program has it.
  Path directory() {
    try {
      unpack();
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
    return directory;
  }

  private void unpack() throws IOException {
    var file = directory.resolve(name);
    var wanted = resource();
    if (Files.exists(file) && Arrays.equals(Files.readAllBytes(file), wanted)) {
      return;
    }
    Files.createDirectories(directory);
    var draft = directory.resolve("." + UUID.randomUUID());
    Files.write(draft, wanted);
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private byte[] resource() throws IOException {
    try (var in = ShippedScript.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the resource " + name + " is not there");
      }
      return in.readAllBytes();
    }
  }
}
