package dev.slipway.function;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;

/// Compiles a function's source once, before its workers start.
final class Sources {
  private Sources() {}

  /// Class files of a source and of what it uses, sources and jars beside it.
  ///
  /// @param into an empty directory
  /// @throws FunctionException with what the compiler says
  static void compile(Path directory, String file, Path into)
      throws IOException, FunctionException {
    var source = directory.resolve(file);
    if (!Files.isRegularFile(source)) {
      throw FunctionException.unloadable("handler " + file + ": there is no file " + source);
    }
    var compiler = ToolProvider.getSystemJavaCompiler();
    if (compiler == null) {
      throw FunctionException.unloadable(
          System.getProperty("java.home") + " has no compiler: a JDK is needed, or a jar");
    }
    var said = new DiagnosticCollector<JavaFileObject>();
    try (var files = compiler.getStandardFileManager(said, null, StandardCharsets.UTF_8)) {
      var words =
          List.of(
              "-d",
              into.toString(),
              "-sourcepath",
              directory.toString(),
              "-classpath",
              classPath(directory),
              "-proc:none",
              "-parameters",
              "-nowarn");
      var units = files.getJavaFileObjects(source);
      var task = compiler.getTask(new StringWriter(), files, said, words, null, units);
      if (!task.call()) {
        throw FunctionException.unloadable(
            said.getDiagnostics().stream()
                .map(each -> each.toString().replace(directory + "/", ""))
                .collect(Collectors.joining("\n")));
      }
    }
  }

  private static String classPath(Path directory) throws IOException {
    return Stream.concat(
            Stream.of(Program.classPath()), jars(directory).stream().map(Path::toString))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /// In the order of their names.
  static List<Path> jars(Path directory) throws IOException {
    try (var all = Files.list(directory)) {
      return all.filter(each -> each.toString().endsWith(".jar")).sorted().toList();
    }
  }
}
