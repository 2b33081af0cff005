package dev.slipway.apiserver.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/// Keeps SQLite's native library unpacked in the data directory, one for each version of it.
///
/// Left alone, the driver unpacks 1 MB into the temporary directory at every start, compares it
/// byte by byte, and leaves it there when the process is killed. Where unpacking or loading fails
/// (a file system mounted `noexec`), the driver falls back to just that.
final class SqliteLibrary {
  private static final String PATH = "org.sqlite.lib.path";
  private static final Logger log = LoggerFactory.getLogger(SqliteLibrary.class);

  private SqliteLibrary() {}

  /// Tells the driver where its library is, unless the start command has already said so.
  static synchronized void unpackInto(Path directory) {
    if (System.getProperty(PATH) != null) {
      return;
    }
    String name = LibraryLoaderUtil.getNativeLibName();
    Path home = directory.resolve("lib").resolve("sqlite-" + SQLiteJDBCLoader.getVersion());
    try {
      if (!Files.exists(home.resolve(name))) {
        unpack(home, name);
      }
      System.setProperty(PATH, home.toString());
    } catch (IOException e) {
      log.debug("SQLite's library stays in the temporary directory", e);
    }
  }

  /// Whole or not at all, whenever the process may be killed.
  private static void unpack(Path home, String name) throws IOException {
    String packed = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name;
    Files.createDirectories(home);
    Path part = home.resolve(name + ".part");
    try (InputStream in = SQLiteJDBCLoader.class.getResourceAsStream(packed)) {
      if (in == null) {
        throw new IOException("no " + packed + " in the driver");
      }
      Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
    }
    SqliteStore.force(part);
    Files.move(part, home.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }
}
