package dev.slipway.node;

import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Files and devices of pods that this program does not run: kept while the API has the pod, so
/// that
/// its logs can be read, and no longer.
record Leftovers(NodeRoom room) {
  private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);
  private static final Path SHARED_MEMORY = Path.of("/dev/shm");

  /// Where a pod's files are kept.
  static Path of(NodeRoom room, String uid) {
    return room.settings().data().resolve("pods").resolve(uid);
  }

  /// Where a pod's files are kept that are to be in memory: on disk, where the system has no place
  /// for them.
  static Path inMemory(NodeRoom room, String uid) {
    return memory(room).resolve(uid);
  }

  private static Path memory(NodeRoom room) {
    var data = room.settings().data().toAbsolutePath().normalize();
    return hasMemory()
        ? SHARED_MEMORY.resolve(
            "slipway-" + UUID.nameUUIDFromBytes(data.toString().getBytes(StandardCharsets.UTF_8)))
        : data.resolve("memory");
  }

  /// Whether this system has a place in memory for files.
  static boolean hasMemory() {
    return Files.isDirectory(SHARED_MEMORY) && Files.isWritable(SHARED_MEMORY);
  }

  /// Deletes what belongs to pods that the API no longer has.
  void clear() {
    var there =
        room.cluster().list(Kinds.POD, "").stream().map(Resource::uid).collect(Collectors.toSet());
    for (var directory : new Path[] {room.settings().data().resolve("pods"), memory(room)}) {
      if (Files.isDirectory(directory)) {
        try (var all = Files.list(directory)) {
          for (var each : all.toList()) {
            if (!there.contains(each.getFileName().toString())) {
              Trees.delete(each);
            }
          }
        } catch (IOException problem) {
          LOG.warn("{} could not be cleared: {}", directory, problem.toString());
        }
      }
    }
    room.devices().holders().stream()
        .filter(each -> !there.contains(each))
        .forEach(room.devices()::release);
  }

  /// Deletes what is left of a pod.
  static void delete(NodeRoom room, String uid) {
    room.devices().release(uid);
    for (var each : new Path[] {of(room, uid), inMemory(room, uid)}) {
      try {
        Trees.delete(each);
      } catch (IOException problem) {
        LOG.warn("{} could not be deleted: {}", each, problem.toString());
      }
    }
  }
}
