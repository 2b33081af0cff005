package dev.slipway.dataplane.server;

import dev.slipway.net.Response;
import dev.slipway.net.grpc.GrpcException;

/// Failures as gRPC statuses.
public final class GrpcFailures {
  private GrpcFailures() {}

  /// To be thrown in place of a problem.
  public static RuntimeException of(RuntimeException problem) {
    if (problem instanceof Response.ClientGoneException || problem instanceof GrpcException) {
      return problem;
    }
    var failure = Failure.of(problem);
    return new GrpcException(failure.grpc(), failure.message());
  }

  /// What the client is told about a problem inside a stream that goes on.
  public static String message(RuntimeException problem) {
    return Failure.of(problem).message();
  }
}
