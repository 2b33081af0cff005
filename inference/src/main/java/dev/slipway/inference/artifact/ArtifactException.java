package dev.slipway.inference.artifact;

/// A model's files cannot be had. The message names the URI, what was asked, and what came back;
/// never a secret.
public final class ArtifactException extends Exception {
  private static final long serialVersionUID = 1L;

  /// Why, for those who must choose what to do next.
  public enum Kind {
    /// The URI is malformed or of a scheme that is not read here.
    UNSUPPORTED,
    /// Nothing is there.
    NOT_FOUND,
    /// The service wants other credentials, or none were given.
    DENIED,
    /// The service did not answer, or failed, however often it was asked.
    UNAVAILABLE,
    /// More bytes or files than the limits allow.
    TOO_LARGE,
    /// What came is not what was promised: a wrong length or checksum, a damaged or hostile
    /// archive.
    CORRUPT,
    /// The disk of this machine failed.
    LOCAL,
    /// The thread was interrupted.
    CANCELLED
  }

  private final Kind kind;

  public ArtifactException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public ArtifactException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  /// Whether asking again later, with nothing changed, may help.
  public boolean transientFailure() {
    return kind == Kind.UNAVAILABLE;
  }
}
