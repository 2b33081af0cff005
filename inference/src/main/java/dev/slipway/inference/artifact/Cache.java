package dev.slipway.inference.artifact;

import dev.slipway.base.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/// The directory that processes share.
///
/// ```
/// <key>/lock               held alone by who fetches or evicts this key
/// <key>/latest             the version last fetched
/// <key>/part/              what a fetch has so far; survives a crash and is carried on
/// <key>/<version>/files/   one complete content; appears whole, by a rename
/// <key>/<version>/entry.json
/// <key>/<version>/used     its time is the last use; held by all who use the content
/// ```
///
/// A content is deleted only by who holds both the key's `lock` and the content's `used` alone, and
/// taken into use only under the key's `lock`: so none vanishes under its user.
final class Cache {
  private static final String ENTRY = "entry.json";
  private static final String USED = "used";

  /// What is known of one content.
  ///
  /// @param tag what the service called it, to ask whether it has changed
  /// @param file the one file the artifact is, relative to `files`; `""` where it is the directory
  record Stamp(String uri, String version, String tag, String file, long bytes) {
    byte[] json() {
      ObjectNode node = Json.object();
      node.put("uri", uri).put("version", version).put("tag", tag).put("file", file);
      return Json.bytes(node.put("bytes", bytes));
    }

    static Stamp of(ObjectNode node) {
      return new Stamp(
          Json.text(node, "uri"),
          Json.text(node, "version"),
          Json.text(node, "tag"),
          Json.text(node, "file"),
          node.path("bytes").asLong(0));
    }
  }

  private final Path root;
  private final long budgetBytes;

  Cache(Path root, long budgetBytes) {
    this.root = root;
    this.budgetBytes = budgetBytes;
  }

  /// All that is kept of one URI.
  Slot slot(String identity) {
    String key = Checksum.sha256Of(identity.getBytes(StandardCharsets.UTF_8)).substring(0, 32);
    return new Slot(root.resolve(key));
  }

  /// All that is kept of one URI. Every method but [#lock()] is for who holds the lock.
  static final class Slot {
    private final Path directory;

    Slot(Path directory) {
      this.directory = directory;
    }

    Optional<PathLock> tryLock() throws IOException {
      return PathLock.tryExclusive(directory.resolve("lock"));
    }

    PathLock lock() throws IOException, InterruptedException {
      return PathLock.exclusive(directory.resolve("lock"));
    }

    /// Where a fetch collects its files.
    Path part() {
      return directory.resolve("part");
    }

    /// The version last published, if it is still there.
    Optional<Stamp> latest() throws IOException {
      try {
        return stamp(Files.readString(directory.resolve("latest")));
      } catch (NoSuchFileException _) {
        return Optional.empty();
      }
    }

    Optional<Stamp> stamp(String version) throws IOException {
      return read(directory.resolve(version));
    }

    /// Takes a content into use.
    Artifact use(Stamp stamp, boolean cached) throws IOException, InterruptedException {
      Path home = directory.resolve(stamp.version());
      PathLock lease = PathLock.shared(home.resolve(USED));
      Files.setLastModifiedTime(home.resolve(USED), FileTime.from(Instant.now()));
      Path files = home.resolve("files");
      Path path = stamp.file().isEmpty() ? files : files.resolve(stamp.file());
      return new Artifact(path, stamp.version(), cached, Optional.of(lease));
    }

    /// Makes a directory of complete files the content of a version.
    void publish(Path files, Stamp stamp) throws IOException {
      Path target = directory.resolve(stamp.version());
      if (read(target).isEmpty()) {
        SafePaths.delete(target);
        Path fresh = Files.createDirectory(directory.resolve("new-" + UUID.randomUUID()));
        Files.write(fresh.resolve(ENTRY), stamp.json());
        Files.createFile(fresh.resolve(USED));
        move(files, fresh.resolve("files"));
        move(fresh, target);
      }
      Path latest = directory.resolve("latest.new");
      Files.writeString(latest, stamp.version());
      move(latest, directory.resolve("latest"));
      SafePaths.delete(part());
    }
  }

  static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("the cache must lie on one file system: " + e.getMessage(), e);
    }
  }

  private static Optional<Stamp> read(Path home) throws IOException {
    try {
      return Files.isDirectory(home.resolve("files"))
          ? Optional.of(Stamp.of(Json.parseObject(Files.readAllBytes(home.resolve(ENTRY)))))
          : Optional.empty();
    } catch (NoSuchFileException | JacksonException | IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /// One thing that takes room.
  private record Kept(Path path, Path slot, FileTime used, long bytes, boolean complete) {}

  /// Deletes what was not used for longest until `roomBytes` more fit; what is in use, and what is
  /// being fetched, stays.
  ///
  /// @param held the slot whose lock the caller holds
  void makeRoom(long roomBytes, Slot held) throws IOException {
    List<Kept> kept = kept();
    long bytes = kept.stream().mapToLong(Kept::bytes).sum();
    for (Kept each : kept) {
      if (bytes + roomBytes <= budgetBytes) {
        return;
      }
      bytes -= evict(each, held) ? each.bytes() : 0;
    }
  }

  private List<Kept> kept() throws IOException {
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    var found = new java.util.ArrayList<Kept>();
    for (Path slot : entries(root)) {
      if (Files.isDirectory(slot)) {
        for (Path each : entries(slot)) {
          kept(slot, each).ifPresent(found::add);
        }
      }
    }
    found.sort(Comparator.comparing(Kept::used));
    return found;
  }

  private static Optional<Kept> kept(Path slot, Path each) throws IOException {
    try {
      Optional<Stamp> stamp = read(each);
      if (stamp.isPresent()) {
        FileTime used = Files.getLastModifiedTime(each.resolve(USED));
        return Optional.of(new Kept(each, slot, used, stamp.get().bytes(), true));
      }
      if (!Files.isDirectory(each)) {
        return Optional.empty();
      }
      FileTime touched = Files.getLastModifiedTime(each);
      return Optional.of(new Kept(each, slot, touched, SafePaths.bytes(each), false));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }

  private static List<Path> entries(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.toList();
    } catch (NoSuchFileException _) {
      return List.of();
    }
  }

  private static boolean evict(Kept kept, Slot held) throws IOException {
    if (kept.slot().equals(held.directory)) {
      return kept.complete() && evictUnused(kept.path());
    }
    try (PathLock slot = PathLock.tryExclusive(kept.slot().resolve("lock")).orElse(null)) {
      if (slot == null) {
        return false;
      }
      return kept.complete() ? evictUnused(kept.path()) : evictPart(kept.path());
    }
  }

  private static boolean evictPart(Path part) throws IOException {
    SafePaths.delete(part);
    return true;
  }

  private static boolean evictUnused(Path content) throws IOException {
    try (PathLock used = PathLock.tryExclusive(content.resolve(USED)).orElse(null)) {
      if (used == null) {
        return false;
      }
      Path gone = content.resolveSibling("gone-" + UUID.randomUUID());
      move(content, gone);
      SafePaths.delete(gone);
      return true;
    }
  }
}
