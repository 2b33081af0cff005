package dev.slipway.function;

import com.fasterxml.jackson.annotation.JacksonAnnotation;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.json.JsonMapper;

/// What this program is made of: its own classes and the libraries they use.
public final class Program {

  /// For `java`, before the handler.
  public static final String MAIN = Main.class.getName();

  private Program() {}

  /// Jars, or directories of classes, that make up its class path.
  public static List<Path> files() {
    return Stream.of(
            Main.class,
            JsonMapper.class,
            JsonParser.class,
            JacksonAnnotation.class,
            NullMarked.class)
        .map(Program::origin)
        .distinct()
        .toList();
  }

  static String classPath() {
    return files().stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }

  private static Path origin(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException problem) {
      throw new IllegalStateException(problem);
    }
  }
}
