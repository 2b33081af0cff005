package dev.slipway.apiserver.store;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Starts a main class of the tests in a JVM of its own, with the flags of this one.
final class Child {
  private Child() {}

  static Process of(Class<?> main, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-cp", classPath(), main.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /// Surefire keeps the class path in a property where it starts from a manifest.
  private static String classPath() {
    String whole = System.getProperty("surefire.test.class.path");
    return whole == null
        ? System.getProperty("java.class.path")
        : whole + File.pathSeparator + System.getProperty("java.class.path");
  }
}
