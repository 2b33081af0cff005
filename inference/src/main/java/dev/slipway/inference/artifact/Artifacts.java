package dev.slipway.inference.artifact;

import dev.slipway.inference.artifact.ArtifactException.Kind;
import dev.slipway.inference.artifact.Location.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/// Fetches models: a URI or path in, files on this machine's disk out. Thread-safe.
///
/// Local files are used in place. Everything else goes through the cache of the settings, which any
/// number of processes may share: a content is kept by its URI and the service's own version of it
/// (ETag, generation, commit), a fetch that broke is carried on by the next, and a content that is
/// there already costs one question to the service, or none where a checksum or a commit pins it.
public final class Artifacts {
  private static final int REGISTRY_HOPS = 4;

  private final ArtifactSettings settings;
  private final Cache cache;
  private final ModelUris registry;
  private final InstantSource clock;

  public Artifacts(ArtifactSettings settings, ModelUris registry, InstantSource clock) {
    this.settings = settings;
    this.cache = new Cache(settings.cache(), settings.cacheBytes());
    this.registry = registry;
    this.clock = clock;
  }

  /// Without a registry, by this machine's clock.
  public Artifacts(ArtifactSettings settings) {
    this(settings, ModelUris.none(), InstantSource.system());
  }

  /// As the longer one, every file.
  public Artifact fetch(String uri, Credentials credentials, Progress.Listener listener)
      throws ArtifactException {
    return fetch(uri, credentials, Patterns.ALL, listener);
  }

  /// Brings the files here; takes as long as it takes. One file that is an archive is unpacked.
  ///
  /// @param uri a path, or a URI of `file`, `http`, `https`, `s3`, `gs`, `azure`, `hf`, `models`;
  /// `#sha256=<hex>` or `#md5=<hex>` at the end says what the one file must digest to
  /// @param patterns which files of a directory are wanted
  /// @return the files, to be closed when they are no longer needed
  /// @throws ArtifactException if they cannot be had, and why
  public Artifact fetch(
      String uri, Credentials credentials, Patterns patterns, Progress.Listener listener)
      throws ArtifactException {
    Reference reference = resolved(uri);
    try {
      if (reference.location() instanceof Location.Local(Path path)) {
        return local(reference, path, listener);
      }
      return remote(reference, credentials, patterns, listener);
    } catch (IOException e) {
      throw new ArtifactException(
          Kind.LOCAL, reference.shown() + ": cannot be kept on this machine: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ArtifactException(Kind.CANCELLED, reference.shown() + ": cancelled", e);
    }
  }

  private Reference resolved(String written) throws ArtifactException {
    Reference reference = Location.parse(written);
    for (int hop = 0; reference.location() instanceof Location.Registered(String uri); hop++) {
      if (hop >= REGISTRY_HOPS) {
        throw new ArtifactException(
            Kind.UNSUPPORTED, written + ": the registry refers from model to model without end");
      }
      Optional<String> found = registry.locate(uri);
      if (found.isEmpty()) {
        throw new ArtifactException(
            Kind.NOT_FOUND, uri + ": the registry has no such model or version");
      }
      reference = Location.parse(found.get());
    }
    return reference;
  }

  private Artifact local(Reference reference, Path path, Progress.Listener listener)
      throws ArtifactException, IOException, InterruptedException {
    if (!Files.exists(path)) {
      throw new ArtifactException(
          Kind.NOT_FOUND,
          reference.shown()
              + ": no such file or directory (looked for "
              + path.toAbsolutePath()
              + ")");
    }
    if (!Files.isReadable(path)) {
      throw new ArtifactException(Kind.DENIED, reference.shown() + ": may not be read");
    }
    if (reference.checksum().isPresent()) {
      check(reference, path, reference.checksum().get());
    }
    if (Files.isRegularFile(path) && ArchiveKind.of(path).isPresent()) {
      return new LocalArchive(settings, cache).unpacked(reference.shown(), path, listener);
    }
    return new Artifact(path, "", true, Optional.empty());
  }

  private static void check(Reference reference, Path path, Checksum expected)
      throws ArtifactException, IOException {
    if (!Files.isRegularFile(path)) {
      throw new ArtifactException(
          Kind.UNSUPPORTED, reference.shown() + ": a checksum needs one file, this is a directory");
    }
    String found = Checksum.digest(expected.algorithm(), path);
    if (!found.equals(expected.hex())) {
      throw new ArtifactException(
          Kind.CORRUPT,
          reference.shown()
              + ": has "
              + expected.algorithm()
              + " "
              + found
              + ", expected "
              + expected.hex());
    }
  }

  private Artifact remote(
      Reference reference, Credentials credentials, Patterns patterns, Progress.Listener listener)
      throws ArtifactException, IOException, InterruptedException {
    var stores = new Stores(settings, credentials, clock);
    try (Transport transport =
        new Transport(settings, stores.tls(reference.location()), reference.shown())) {
      RemoteStore store = stores.open(reference.location(), transport);
      String identity = stores.identity(reference.location()) + "\n" + patterns;
      return new Fetch(transport, store, cache, reference, patterns, listener).run(identity);
    }
  }
}
