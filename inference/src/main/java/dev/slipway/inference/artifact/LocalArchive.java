package dev.slipway.inference.artifact;

import dev.slipway.inference.artifact.Cache.Slot;
import dev.slipway.inference.artifact.Cache.Stamp;
import dev.slipway.inference.artifact.Progress.State;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// An archive that lies on this machine, unpacked into the cache; known again by its size and time.
final class LocalArchive {
  private final ArtifactSettings settings;
  private final Cache cache;

  LocalArchive(ArtifactSettings settings, Cache cache) {
    this.settings = settings;
    this.cache = cache;
  }

  Artifact unpacked(String shown, Path archive, Progress.Listener listener)
      throws ArtifactException, IOException, InterruptedException {
    Path real = archive.toRealPath();
    Slot slot = cache.slot("archive\n" + real);
    String state = Files.size(real) + "\n" + Files.getLastModifiedTime(real).toMillis();
    String version = Checksum.sha256Of(state.getBytes(StandardCharsets.UTF_8)).substring(0, 32);
    try (PathLock _ = slot.lock()) {
      Optional<Stamp> there = slot.stamp(version);
      if (there.isPresent()) {
        return slot.use(there.get(), true);
      }
      new Meter(shown, listener).state(State.UNPACKING);
      Path content = slot.part().resolve("unpacked");
      SafePaths.delete(slot.part());
      Files.createDirectories(slot.part());
      new Unpacker(shown, settings).unpack(real, ArchiveKind.of(archive).orElseThrow(), content);
      long bytes = SafePaths.bytes(content);
      cache.makeRoom(bytes, slot);
      Stamp stamp = new Stamp(shown, version, "", "", bytes);
      slot.publish(content, stamp);
      return slot.use(stamp, false);
    }
  }
}
