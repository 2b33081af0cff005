package dev.slipway.engines.onnx;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;

/// Where ONNX Runtime's shared library lies on this machine: in the directory that
/// `onnxruntime.native.path` names, or unpacked once from its jar and found again by later starts.
///
/// System properties: `onnxruntime.native.path`, a directory that holds the library (images with a
/// read-only file system); `slipway.native.cache`, where to unpack, `~/.slipway/native` by default.
final class OrtLibrary {
  private OrtLibrary() {}

  /// The library as a file.
  ///
  /// @throws IllegalStateException if there is none for this system, or it cannot be written
  static Path find() {
    var given = System.getProperty("onnxruntime.native.path", "");
    if (!given.isEmpty()) {
      var library = Path.of(given).resolve(fileName());
      if (!Files.isReadable(library)) {
        throw new IllegalStateException(
            "onnxruntime.native.path: " + library + " is not there or not readable");
      }
      return library;
    }
    return unpacked();
  }

  private static Path unpacked() {
    var resource = "ai/onnxruntime/native/" + platform() + "/" + fileName();
    var url = OrtLibrary.class.getClassLoader().getResource(resource);
    if (url == null) {
      throw new IllegalStateException(
          "ONNX Runtime has no library for " + platform() + " (looked for " + resource + ")");
    }
    try {
      var home = Path.of(System.getProperty("user.home"), ".slipway", "native").toString();
      var cache = Path.of(System.getProperty("slipway.native.cache", home));
      try {
        return unpack(url, cache);
      } catch (IOException unwritable) {
        return unpack(url, Files.createTempDirectory("slipway-native"));
      }
    } catch (IOException problem) {
      throw new UncheckedIOException("cannot unpack " + resource, problem);
    }
  }

  /// Unpacks under a name made of the contents' checksum, so versions live side by side and
  /// processes may race.
  private static Path unpack(URL url, Path cache) throws IOException {
    var connection = url.openConnection();
    connection.setUseCaches(false);
    long size = connection.getContentLengthLong();
    var directory = cache.resolve("onnxruntime-" + platform() + "-" + checksum(connection));
    var library = directory.resolve(fileName());
    try (var bytes = connection.getInputStream()) {
      if (Files.isReadable(library) && Files.size(library) == size) {
        return library;
      }
      Files.createDirectories(directory);
      var part = Files.createTempFile(directory, fileName(), ".part");
      try {
        Files.copy(bytes, part, StandardCopyOption.REPLACE_EXISTING);
        Files.move(part, library, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(part);
      }
      return library;
    }
  }

  private static String checksum(URLConnection connection) throws IOException {
    return connection instanceof JarURLConnection jar && jar.getJarEntry() != null
        ? Long.toHexString(jar.getJarEntry().getCrc())
        : Long.toHexString(connection.getContentLengthLong());
  }

  private static String fileName() {
    if (windows()) {
      return "onnxruntime.dll";
    }
    return mac() ? "libonnxruntime.dylib" : "libonnxruntime.so";
  }

  private static String platform() {
    var machine = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    var chip =
        switch (machine) {
          case "amd64", "x86_64" -> "x64";
          case "aarch64", "arm64" -> "aarch64";
          default -> machine;
        };
    if (windows()) {
      return "win-" + chip;
    }
    return (mac() ? "osx-" : "linux-") + chip;
  }

  static boolean windows() {
    return System.getProperty("os.name").startsWith("Windows");
  }

  private static boolean mac() {
    return System.getProperty("os.name").startsWith("Mac");
  }
}
