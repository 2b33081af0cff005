package dev.slipway.inference.artifact;

import java.util.List;
import java.util.Optional;

/// One place that files are fetched from: lists what a location names, and says how a file is asked
/// for. Implementations are for one fetch and for many threads.
interface RemoteStore {
  /// A file to fetch.
  ///
  /// @param path relative to the artifact, with `/`
  /// @param size in bytes; -1 if unknown before it is read
  /// @param tag names this content among all the file ever had; `""` if unknown before it is read
  /// @param etag whether `tag` is the ETag that the file's own answer has
  record RemoteFile(
      String path, long size, String tag, boolean etag, Optional<Checksum> checksum, Ask ask) {
    /// A file nothing is known of but where it is.
    static RemoteFile unknown(String path, Ask ask) {
      return new RemoteFile(path, -1, "", false, Optional.empty(), ask);
    }
  }

  /// What the location names.
  ///
  /// @param single whether it names one file, so that the artifact is that file and not a directory
  record Listing(List<RemoteFile> files, boolean single) {
    public Listing {
      files = List.copyOf(files);
    }

    /// Whether the version is known before anything is read.
    boolean tagged() {
      return files.stream().noneMatch(each -> each.tag().isEmpty());
    }
  }

  /// @throws ArtifactException if nothing is there
  Listing list() throws ArtifactException, InterruptedException;

  Ask.Signer signer();

  /// Judges the head of an answer that carries a file, before its body is read.
  default void judge(Transport.Reply reply) throws ArtifactException {}
}
