package dev.slipway.inference.artifact;

/// How far a fetch has come; made for a line on a terminal.
///
/// @param uri what is fetched, without secrets
/// @param state what happens now
/// @param file relative path of the file the last bytes belong to; `""` between files
/// @param bytes of the whole artifact that are on disk
/// @param totalBytes of the whole artifact; -1 while unknown
/// @param resumedBytes how many of `bytes` an earlier, broken fetch had left
public record Progress(
    String uri, State state, String file, long bytes, long totalBytes, long resumedBytes) {
  /// The stages, in order; a fetch may skip some.
  public enum State {
    /// Another process or thread fetches the same artifact.
    WAITING,
    LISTING,
    DOWNLOADING,
    UNPACKING,
    /// The path is about to be returned.
    DONE
  }

  /// Told of progress, one call at a time, on the threads that download; must be quick.
  @FunctionalInterface
  public interface Listener {
    void progress(Progress progress);

    /// Tells no one.
    static Listener none() {
      return _ -> {};
    }
  }
}
