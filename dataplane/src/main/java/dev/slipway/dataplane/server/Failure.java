package dev.slipway.dataplane.server;

import dev.slipway.dataplane.model.ServeException;
import dev.slipway.inference.engine.InferenceFailedException;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.net.Request;
import dev.slipway.net.grpc.GrpcStatus;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Why a request has no answer, in the numbers every protocol shares.
///
/// @param status of HTTP
/// @param grpc the same for gRPC
/// @param message for the client: what was found and what was expected
/// @param retryAfter when to come again
public record Failure(int status, GrpcStatus grpc, String message, Optional<Duration> retryAfter) {
  private static final Logger LOG = LoggerFactory.getLogger(Failure.class);

  /// The client closed the connection; nobody reads this status, but logs and metrics do.
  public static final int CLIENT_CLOSED_REQUEST = 499;

  public static Failure of(int status, GrpcStatus grpc, String message) {
    return new Failure(status, grpc, message, Optional.empty());
  }

  public static Failure invalid(String message) {
    return of(400, GrpcStatus.INVALID_ARGUMENT, message);
  }

  public static Failure of(RuntimeException problem) {
    var message = String.valueOf(problem.getMessage());
    return switch (problem) {
      case InvalidInputException _ -> invalid(message);
      case ServeException known -> of(known, message);
      case Request.BodyTooLargeException _ -> of(413, GrpcStatus.RESOURCE_EXHAUSTED, message);
      case InferenceFailedException failed -> {
        LOG.warn("a model failed", failed);
        yield of(500, GrpcStatus.INTERNAL, message);
      }
      default -> {
        LOG.error("a request failed", problem);
        yield of(500, GrpcStatus.INTERNAL, "internal server error");
      }
    };
  }

  private static Failure of(ServeException problem, String message) {
    return switch (problem) {
      case ServeException.UnknownModel _ -> of(404, GrpcStatus.NOT_FOUND, message);
      case ServeException.NotReady _, ServeException.Retired _ ->
          new Failure(503, GrpcStatus.UNAVAILABLE, message, Optional.of(Duration.ofSeconds(1)));
      case ServeException.Overloaded overloaded ->
          new Failure(
              429, GrpcStatus.RESOURCE_EXHAUSTED, message, Optional.of(overloaded.retryAfter()));
      case ServeException.TimedOut _ -> of(504, GrpcStatus.DEADLINE_EXCEEDED, message);
      case ServeException.Cancelled _ -> of(CLIENT_CLOSED_REQUEST, GrpcStatus.CANCELLED, message);
      case ServeException.LoadFailed _ -> of(503, GrpcStatus.UNAVAILABLE, message);
      case ServeException.Unimplemented _ -> of(501, GrpcStatus.UNIMPLEMENTED, message);
    };
  }
}
