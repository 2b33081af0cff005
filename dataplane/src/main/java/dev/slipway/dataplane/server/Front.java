package dev.slipway.dataplane.server;

import dev.slipway.net.Handler;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import dev.slipway.net.grpc.GrpcStatus;
import java.util.List;

/// Hands each request to the protocol that knows its path, and failures back to it for its words.
final class Front implements Handler {
  private final List<Protocol> protocols;

  Front(List<Protocol> protocols) {
    this.protocols = List.copyOf(protocols);
  }

  @Override
  public void handle(Request request, Response response) {
    var path = request.rawPath();
    for (var protocol : protocols) {
      try {
        if (protocol.answer(path, request, response)) {
          return;
        }
      } catch (WrongMethodException problem) {
        response.header("allow", problem.allowed());
        refuse(protocol, problem.failure(), response);
        return;
      } catch (Response.ClientGoneException problem) {
        throw problem;
      } catch (RuntimeException problem) {
        if (response.committed()) {
          throw problem;
        }
        refuse(protocol, Failure.of(problem), response);
        return;
      }
    }
    refuseUnknown(path, response);
  }

  private void refuseUnknown(String path, Response response) {
    var failure = Failure.of(404, GrpcStatus.UNIMPLEMENTED, "nothing is served under " + path);
    for (var protocol : protocols) {
      if (protocol.owns(path)) {
        refuse(protocol, failure, response);
        return;
      }
    }
    JsonAnswers.error(failure, response);
  }

  private static void refuse(Protocol protocol, Failure failure, Response response) {
    failure
        .retryAfter()
        .ifPresent(
            wait -> response.header("retry-after", Long.toString(Math.max(1, wait.toSeconds()))));
    protocol.refuse(failure, response);
  }
}
