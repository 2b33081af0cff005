package dev.slipway.inference.artifact;

import dev.slipway.base.Bytes;
import dev.slipway.inference.artifact.ArtifactException.Kind;
import dev.slipway.inference.artifact.Cache.Slot;
import dev.slipway.inference.artifact.Cache.Stamp;
import dev.slipway.inference.artifact.Download.ChangedException;
import dev.slipway.inference.artifact.Download.Fetched;
import dev.slipway.inference.artifact.Location.Reference;
import dev.slipway.inference.artifact.Progress.State;
import dev.slipway.inference.artifact.RemoteStore.Listing;
import dev.slipway.inference.artifact.RemoteStore.RemoteFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// One remote artifact into the cache.
final class Fetch {
  /// How often a store may change under a fetch before that is an error.
  private static final int MOST_CHANGES = 3;

  private final Transport transport;
  private final RemoteStore store;
  private final Cache cache;
  private final Reference reference;
  private final Patterns patterns;
  private final Meter meter;

  Fetch(
      Transport transport,
      RemoteStore store,
      Cache cache,
      Reference reference,
      Patterns patterns,
      Progress.Listener listener) {
    this.transport = transport;
    this.store = store;
    this.cache = cache;
    this.reference = reference;
    this.patterns = patterns;
    this.meter = new Meter(reference.shown(), listener);
  }

  /// @param identity what the cache keeps the artifact by
  Artifact run(String identity) throws ArtifactException, IOException, InterruptedException {
    Slot slot = cache.slot(identity);
    try (PathLock _ = locked(slot)) {
      Artifact artifact = pinned(slot);
      if (artifact == null) {
        artifact = current(slot);
      }
      meter.state(State.DONE);
      return artifact;
    }
  }

  private PathLock locked(Slot slot) throws IOException, InterruptedException {
    Optional<PathLock> free = slot.tryLock();
    if (free.isPresent()) {
      return free.get();
    }
    meter.state(State.WAITING);
    return slot.lock();
  }

  /// A content whose checksum the user gave needs no question to the service.
  private @org.jspecify.annotations.Nullable Artifact pinned(Slot slot)
      throws IOException, InterruptedException {
    if (reference.checksum().isEmpty()) {
      return null;
    }
    Optional<Stamp> stamp = slot.stamp(reference.checksum().get().hex());
    return stamp.isPresent() ? slot.use(stamp.get(), true) : null;
  }

  private Artifact current(Slot slot) throws ArtifactException, IOException, InterruptedException {
    for (int change = 0; change < MOST_CHANGES; change++) {
      meter.state(State.LISTING);
      Listing listing = wanted(store.list());
      try {
        return listing.tagged() ? listed(slot, listing) : unlisted(slot, listing);
      } catch (ChangedException _) {
        // The listing is stale; ask for another.
      }
    }
    throw new ArtifactException(
        Kind.UNAVAILABLE, reference.shown() + ": keeps changing while it is read");
  }

  private Listing wanted(Listing all) throws ArtifactException {
    if (all.single()) {
      return checked(all);
    }
    List<RemoteFile> kept =
        all.files().stream().filter(each -> patterns.wanted(each.path())).toList();
    if (kept.isEmpty()) {
      throw new ArtifactException(
          Kind.NOT_FOUND,
          reference.shown()
              + ": none of the "
              + all.files().size()
              + " files there is wanted by the patterns");
    }
    return checked(new Listing(kept, false));
  }

  private Listing checked(Listing listing) throws ArtifactException {
    ArtifactSettings settings = transport.settings();
    long bytes = listing.files().stream().mapToLong(each -> Math.max(each.size(), 0)).sum();
    if (listing.files().size() > settings.artifactFiles()) {
      throw tooLarge(
          listing.files().size() + " files, more than the limit of " + settings.artifactFiles());
    }
    if (bytes > Math.min(settings.artifactBytes(), settings.cacheBytes())) {
      throw tooLarge(
          Bytes.words(bytes)
              + ", more than the limit of "
              + Bytes.words(Math.min(settings.artifactBytes(), settings.cacheBytes())));
    }
    if (reference.checksum().isPresent() && listing.files().size() != 1) {
      throw new ArtifactException(
          Kind.UNSUPPORTED,
          reference.shown() + ": a checksum needs one file, here are " + listing.files().size());
    }
    if (listing.tagged()) {
      meter.total(bytes);
    }
    return listing;
  }

  private ArtifactException tooLarge(String what) {
    return new ArtifactException(Kind.TOO_LARGE, reference.shown() + ": has " + what);
  }

  private Artifact listed(Slot slot, Listing listing)
      throws ArtifactException, ChangedException, IOException, InterruptedException {
    String version = version(listing);
    Optional<Stamp> there = slot.stamp(version);
    if (there.isPresent()) {
      return slot.use(there.get(), true);
    }
    long bytes = listing.files().stream().mapToLong(RemoteFile::size).sum();
    cache.makeRoom(bytes, slot);
    Files.createDirectories(slot.part());
    List<Fetched> files =
        new ParallelDownloads(transport, store, slot.part(), meter)
            .run(listing.files().stream().map(this::withChecksum).toList());
    return publish(slot, listing, files, version, "");
  }

  /// A name for the set of contents: the same files, the same name.
  private String version(Listing listing) {
    if (reference.checksum().isPresent()) {
      return reference.checksum().get().hex();
    }
    var text = new StringBuilder();
    listing.files().stream()
        .sorted(Comparator.comparing(RemoteFile::path))
        .forEach(
            each ->
                text.append(each.path())
                    .append('\n')
                    .append(each.size())
                    .append('\n')
                    .append(each.tag())
                    .append('\n'));
    return Checksum.sha256Of(text.toString().getBytes(StandardCharsets.UTF_8)).substring(0, 32);
  }

  private RemoteFile withChecksum(RemoteFile file) {
    Optional<Checksum> checksum = reference.checksum().or(file::checksum);
    return new RemoteFile(file.path(), file.size(), file.tag(), file.etag(), checksum, file.ask());
  }

  /// One file whose version is known only by reading it.
  private Artifact unlisted(Slot slot, Listing listing)
      throws ArtifactException, ChangedException, IOException, InterruptedException {
    Optional<Stamp> latest = reference.checksum().isPresent() ? Optional.empty() : slot.latest();
    Files.createDirectories(slot.part());
    RemoteFile file = withChecksum(listing.files().getFirst());
    String haveTag = latest.map(Stamp::tag).orElse("");
    Fetched fetched = new Download(transport, store, file, slot.part(), meter, haveTag).run();
    if (fetched.unchanged() && latest.isPresent()) {
      SafePaths.delete(slot.part());
      return slot.use(latest.get(), true);
    }
    String version =
        reference.checksum().map(Checksum::hex).orElse(Checksum.digest("SHA-256", fetched.file()));
    cache.makeRoom(0, slot);
    return publish(slot, listing, List.of(fetched), version, fetched.tag());
  }

  private Artifact publish(
      Slot slot, Listing listing, List<Fetched> files, String version, String tag)
      throws ArtifactException, IOException, InterruptedException {
    Path content = slot.part().resolve("files");
    removeOthers(content, files);
    String only = listing.single() ? listing.files().getFirst().path() : "";
    if (files.size() == 1) {
      Fetched one = files.getFirst();
      Optional<ArchiveKind> kind = ArchiveKind.of(one.file(), one.type(), one.disposition());
      if (kind.isPresent()) {
        meter.state(State.UNPACKING);
        content = unpack(one.file(), kind.get(), slot.part());
        only = "";
      }
    }
    Stamp stamp = new Stamp(reference.shown(), version, tag, only, SafePaths.bytes(content));
    slot.publish(content, stamp);
    Artifact artifact = slot.use(stamp, false);
    cache.makeRoom(0, slot);
    return artifact;
  }

  private Path unpack(Path archive, ArchiveKind kind, Path part)
      throws ArtifactException, IOException {
    Path unpacked = part.resolve("unpacked");
    SafePaths.delete(unpacked);
    new Unpacker(reference.shown(), transport.settings()).unpack(archive, kind, unpacked);
    return unpacked;
  }

  /// An earlier fetch may have left files that are no longer there.
  private static void removeOthers(Path content, List<Fetched> files) throws IOException {
    Set<Path> wanted = new HashSet<>();
    files.forEach(each -> wanted.add(each.file()));
    var others = new ArrayList<Path>();
    try (Stream<Path> all = Files.walk(content)) {
      all.filter(each -> Files.isRegularFile(each) && !wanted.contains(each)).forEach(others::add);
    }
    for (Path each : others) {
      Files.delete(each);
    }
  }
}
