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

/// The program that runs Python functions, `function.py`: shipped as a resource, unpacked below the
/// data directory so that any Python can run it.
final class FunctionWorker {
  private static final String NAME = "function.py";

  private final Path directory;

  FunctionWorker(EnvironmentSettings settings) {
    this.directory = settings.functions();
  }

  /// What the image of functions runs; its argument is the handler.
  EntryPoint entry() {
    var words = List.of("python3", "-u", directory.resolve(NAME).toString());
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
    var file = directory.resolve(NAME);
    var wanted = resource();
    if (Files.exists(file) && Arrays.equals(Files.readAllBytes(file), wanted)) {
      return;
    }
    Files.createDirectories(directory);
    var draft = directory.resolve("." + UUID.randomUUID());
    Files.write(draft, wanted);
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static byte[] resource() throws IOException {
    try (var in = FunctionWorker.class.getResourceAsStream(NAME)) {
      if (in == null) {
        throw new IllegalStateException("the resource " + NAME + " is not there");
      }
      return in.readAllBytes();
    }
  }
}
