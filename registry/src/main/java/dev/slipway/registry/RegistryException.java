package dev.slipway.registry;

/// A request that is refused, as MLflow's clients are told of it.
public final class RegistryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  public RegistryException(ErrorCode code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  public ErrorCode code() {
    return code;
  }

  /// What was found is not there.
  public static RegistryException missing(String message) {
    return new RegistryException(ErrorCode.RESOURCE_DOES_NOT_EXIST, message);
  }

  /// A value that cannot be taken.
  public static RegistryException invalid(String message) {
    return new RegistryException(ErrorCode.INVALID_PARAMETER_VALUE, message);
  }

  /// A name that is taken.
  public static RegistryException exists(String message) {
    return new RegistryException(ErrorCode.RESOURCE_ALREADY_EXISTS, message);
  }

  public String text() {
    return String.valueOf(getMessage());
  }
}
