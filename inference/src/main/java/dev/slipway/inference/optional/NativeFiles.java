package dev.slipway.inference.optional;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// Shared libraries on disk, unpacked once from the jars that carry them and found again by later
/// starts: under `~/.slipway/native`, or where the system property `slipway.native.cache` says.
public final class NativeFiles {
  private NativeFiles() {}

  /// Where unpacked libraries are kept.
  public static Path cache() {
    var home = Path.of(System.getProperty("user.home"), ".slipway", "native").toString();
    return Path.of(System.getProperty("slipway.native.cache", home));
  }

  /// Unpacks resources side by side. Processes that do so at the same time wait for each other; a
  /// file of the right length is taken as it is.
  ///
  /// @param name of the library, part of the directory's name
  /// @param resources paths inside the jars; the directory also depends on the contents of the
  /// first
  /// @return the directory with one file for each resource
  /// @throws FileNotFoundException naming a resource that no jar has
  public static Path unpacked(String name, ClassLoader jars, List<String> resources)
      throws IOException {
    var directory = cache().resolve(name + "-" + checksum(open(jars, resources.getFirst())));
    Files.createDirectories(directory);
    try (var file =
            FileChannel.open(
                directory.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var lock = file.lock()) {
      for (var resource : resources) {
        if (lock.isValid()) {
          unpack(open(jars, resource), directory);
        }
      }
    }
    return directory;
  }

  private static URLConnection open(ClassLoader jars, String resource) throws IOException {
    URL url = jars.getResource(resource);
    if (url == null) {
      throw new FileNotFoundException("no jar has " + resource);
    }
    var connection = url.openConnection();
    connection.setUseCaches(false);
    return connection;
  }

  private static void unpack(URLConnection resource, Path directory) throws IOException {
    var path = resource.getURL().getPath();
    var file = directory.resolve(path.substring(path.lastIndexOf('/') + 1));
    long size = resource.getContentLengthLong();
    try (var bytes = resource.getInputStream()) {
      if (Files.isReadable(file) && Files.size(file) == size) {
        return;
      }
      var part = Files.createTempFile(directory, "unpacking", ".part");
      try {
        Files.copy(bytes, part, StandardCopyOption.REPLACE_EXISTING);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(part);
      }
    }
  }

  private static String checksum(URLConnection connection) throws IOException {
    return connection instanceof JarURLConnection jar && jar.getJarEntry() != null
        ? Long.toHexString(jar.getJarEntry().getCrc())
        : Long.toHexString(connection.getContentLengthLong());
  }
}
