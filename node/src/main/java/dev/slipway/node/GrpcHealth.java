package dev.slipway.node;

import dev.slipway.net.grpc.GrpcClient;
import dev.slipway.net.grpc.GrpcException;
import dev.slipway.net.grpc.GrpcStatus;
import dev.slipway.net.grpc.ProtoReader;
import dev.slipway.net.grpc.ProtoWriter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/// `Check` of `grpc.health.v1.Health`, as a `grpc` probe asks it: only SERVING is well.
///
/// Source: kubelet, `pkg/probe/grpc/grpc.go`, whose words for failures these are.
final class GrpcHealth {
  private static final String CHECK = "/grpc.health.v1.Health/Check";

  private GrpcHealth() {}

  /// Blocks. Why the service is not well; empty where it is.
  ///
  /// @param service empty for the server as a whole
  /// @throws IOException if nobody could be asked
  static Optional<String> problem(InetSocketAddress at, String service, Duration timeout)
      throws IOException {
    var request = service.isEmpty() ? new ProtoWriter() : new ProtoWriter().text(1, service);
    // A connection a call, as a kubelet's: a server that takes no new ones is not well.
    try (var client = new GrpcClient()) {
      int status = status(client.call(at, CHECK, request.bytes(), timeout));
      return status == 1
          ? Optional.empty()
          : Optional.of("service unhealthy (responded with \"" + name(status) + "\")");
    } catch (GrpcException problem) {
      return Optional.of(words(at, problem, timeout));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted");
    }
  }

  private static int status(byte[] answer) {
    int status = 0;
    for (var fields = new ProtoReader(answer); fields.next(); ) {
      if (fields.field() == 1) {
        status = (int) fields.number();
      }
    }
    return status;
  }

  private static String name(int status) {
    return switch (status) {
      case 0 -> "UNKNOWN";
      case 2 -> "NOT_SERVING";
      case 3 -> "SERVICE_UNKNOWN";
      default -> Integer.toString(status);
    };
  }

  private static String words(InetSocketAddress at, GrpcException problem, Duration timeout) {
    var place = at.getHostString() + ":" + at.getPort();
    return switch (problem.status()) {
      case GrpcStatus.UNIMPLEMENTED ->
          "error: this server does not implement the grpc health protocol (grpc.health.v1.Health): "
              + problem.getMessage();
      case GrpcStatus.DEADLINE_EXCEEDED ->
          "timeout: health rpc did not complete within " + timeout.toSeconds() + "s";
      case GrpcStatus.UNAVAILABLE ->
          "error: failed to connect service at \"" + place + "\": " + problem.getMessage();
      default ->
          "error: health rpc probe failed: rpc error: code = "
              + problem.status()
              + " desc = "
              + problem.getMessage();
    };
  }
}
