package dev.slipway.control;

/// The API refused, with Kubernetes' status.
public final class ClusterException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int code;
  private final String reason;

  /// @param code HTTP status
  /// @param reason machine-readable: `NotFound`, `Conflict`, `Invalid`, …
  public ClusterException(int code, String reason, String message) {
    super(message, null, false, false);
    this.code = code;
    this.reason = reason;
  }

  public int code() {
    return code;
  }

  public String reason() {
    return reason;
  }

  public boolean isNotFound() {
    return code == 404;
  }

  public boolean isConflict() {
    return reason.equals("Conflict");
  }

  public boolean isAlreadyExists() {
    return reason.equals("AlreadyExists");
  }

  /// Whether trying again later, unchanged, may help.
  public boolean mayPass() {
    return code == 409 || code == 429 || code >= 500;
  }
}
