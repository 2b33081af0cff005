package dev.slipway.apiserver.access.pki;

import java.nio.file.Path;

/// A key, certificate or token file that cannot be read, written or made. The message names the
/// file.
public final class PkiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public PkiException(Path file, String what, Throwable cause) {
    super(file + ": " + what + ": " + cause.getMessage(), cause);
  }

  public PkiException(String message, Throwable cause) {
    super(message, cause);
  }
}
