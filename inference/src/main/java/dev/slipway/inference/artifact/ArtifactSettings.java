package dev.slipway.inference.artifact;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/// What an operator may set about fetching.
///
/// @param cache the directory processes share; made where absent
/// @param cacheBytes what the cache may hold; entries in use are kept even beyond it
/// @param artifactBytes the largest artifact accepted, packed or unpacked
/// @param artifactFiles the most files one artifact may have
/// @param archiveRatio the most bytes that one packed byte may become
/// @param parallelFiles files of one artifact under way at once
/// @param connectTimeout for a connection to stand
/// @param readTimeout for the next bytes to come
/// @param attempts in a row that may bring nothing before a fetch is given up
/// @param backoff before the second attempt; doubles from one to the next, up to a minute
/// @param redirects the most followed from one request
/// @param huggingFace where `hf://` leads
/// @param google where `gs://` leads
public record ArtifactSettings(
    Path cache,
    long cacheBytes,
    long artifactBytes,
    int artifactFiles,
    int archiveRatio,
    int parallelFiles,
    Duration connectTimeout,
    Duration readTimeout,
    int attempts,
    Duration backoff,
    int redirects,
    URI huggingFace,
    URI google) {
  private static final long GIB = 1L << 30;

  /// Everything at its default but where the cache lies.
  public static ArtifactSettings at(Path cache) {
    return new ArtifactSettings(
        cache,
        64 * GIB,
        64 * GIB,
        100_000,
        200,
        4,
        Duration.ofSeconds(15),
        Duration.ofSeconds(30),
        5,
        Duration.ofMillis(500),
        10,
        URI.create("https://huggingface.co"),
        URI.create("https://storage.googleapis.com"));
  }

  public ArtifactSettings withCacheBytes(long bytes) {
    return new ArtifactSettings(
        cache,
        bytes,
        artifactBytes,
        artifactFiles,
        archiveRatio,
        parallelFiles,
        connectTimeout,
        readTimeout,
        attempts,
        backoff,
        redirects,
        huggingFace,
        google);
  }

  public ArtifactSettings withArtifactLimits(long bytes, int files, int ratio) {
    return new ArtifactSettings(
        cache,
        cacheBytes,
        bytes,
        files,
        ratio,
        parallelFiles,
        connectTimeout,
        readTimeout,
        attempts,
        backoff,
        redirects,
        huggingFace,
        google);
  }

  public ArtifactSettings withRetries(int most, Duration firstWait, Duration read) {
    return new ArtifactSettings(
        cache,
        cacheBytes,
        artifactBytes,
        artifactFiles,
        archiveRatio,
        parallelFiles,
        connectTimeout,
        read,
        most,
        firstWait,
        redirects,
        huggingFace,
        google);
  }

  /// @param hub what `HF_ENDPOINT` names
  /// @param storage what `STORAGE_EMULATOR_HOST` names
  public ArtifactSettings withEndpoints(URI hub, URI storage) {
    return new ArtifactSettings(
        cache,
        cacheBytes,
        artifactBytes,
        artifactFiles,
        archiveRatio,
        parallelFiles,
        connectTimeout,
        readTimeout,
        attempts,
        backoff,
        redirects,
        hub,
        storage);
  }
}
