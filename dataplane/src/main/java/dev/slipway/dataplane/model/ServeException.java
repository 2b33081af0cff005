package dev.slipway.dataplane.model;

import java.time.Duration;

/// Why a request got no answer from a model; each protocol has its own words and status for each.
/// What the client sent wrong is an [dev.slipway.inference.engine.InvalidInputException] instead.
public abstract sealed class ServeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ServeException(String message) {
    super(message, null, false, false);
  }

  /// No model of that name, version or label.
  public static final class UnknownModel extends ServeException {
    private static final long serialVersionUID = 1L;

    public UnknownModel(String message) {
      super(message);
    }
  }

  /// The model is there but cannot answer now: loading, unloading, or failed to load.
  public static final class NotReady extends ServeException {
    private static final long serialVersionUID = 1L;

    public NotReady(String message) {
      super(message);
    }
  }

  /// This version was replaced or unloaded between being found and being asked; who asked looks for
  /// its successor.
  public static final class Retired extends ServeException {
    private static final long serialVersionUID = 1L;

    Retired(String model) {
      super("Model with name " + model + " is not ready: it is being unloaded.");
    }
  }

  /// Too many requests wait already.
  public static final class Overloaded extends ServeException {
    private static final long serialVersionUID = 1L;
    private final Duration retryAfter;

    public Overloaded(String message, Duration retryAfter) {
      super(message);
      this.retryAfter = retryAfter;
    }

    public Duration retryAfter() {
      return retryAfter;
    }
  }

  /// The request took longer than it may.
  public static final class TimedOut extends ServeException {
    private static final long serialVersionUID = 1L;

    public TimedOut(String message) {
      super(message);
    }
  }

  /// The client went away while its request waited.
  public static final class Cancelled extends ServeException {
    private static final long serialVersionUID = 1L;

    public Cancelled() {
      super("the client is gone");
    }
  }

  /// A model cannot be loaded; the message is the engine's.
  public static final class LoadFailed extends ServeException {
    private static final long serialVersionUID = 1L;

    public LoadFailed(String message) {
      super(message);
    }
  }

  /// The protocol has this call, this server or model does not.
  public static final class Unimplemented extends ServeException {
    private static final long serialVersionUID = 1L;

    public Unimplemented(String message) {
      super(message);
    }
  }
}
