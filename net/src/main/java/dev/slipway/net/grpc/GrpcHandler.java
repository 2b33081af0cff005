package dev.slipway.net.grpc;

import dev.slipway.net.Handler;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Serves gRPC calls; `beside` serves them on a port that answers other requests too.
public final class GrpcHandler implements Handler {
  /// What other gRPC servers take where nobody says otherwise.
  public static final int DEFAULT_MESSAGE_BYTES = 4 * 1024 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(GrpcHandler.class);
  private static final Duration A_YEAR = Duration.ofDays(365);

  private final GrpcMethods methods;
  private final int maxMessageBytes;

  /// @param maxMessageBytes the largest message taken, before and after decompression
  public GrpcHandler(GrpcMethods methods, int maxMessageBytes) {
    this.methods = methods;
    this.maxMessageBytes = maxMessageBytes;
  }

  /// Calls go here, other requests to `other`. A request that names a method of these but has
  /// another content type is refused here with 415.
  public Handler beside(Handler other) {
    return (request, response) -> {
      if (takes(request)) {
        handle(request, response);
      } else {
        other.handle(request, response);
      }
    };
  }

  private boolean takes(Request request) {
    return Wire.isGrpc(request.header("content-type"))
        || (request.method().equals("POST") && methods.find(request.rawPath()) != null);
  }

  @Override
  public void handle(Request request, Response response) {
    if (!request.method().equals("POST")) {
      refuse(response.header("allow", "POST"), 405, "a gRPC call is a POST");
    } else if (!Wire.takes(request.header("content-type"))) {
      var found = request.header("content-type");
      refuse(
          response,
          415,
          "content-type \"" + found + "\" (expected application/grpc or application/grpc+proto)");
    } else if (!request.protocol().equals("HTTP/2")) {
      refuse(response, 505, "gRPC needs HTTP/2");
    } else {
      response.header("content-type", "application/grpc");
      call(request, response);
    }
  }

  private static void refuse(Response response, int status, String text) {
    response.status(status).header("content-type", "text/plain; charset=utf-8");
    response.send((text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private void call(Request request, Response response) {
    GrpcCall call;
    try {
      call = new GrpcCall(request, response, Wire.timeoutNanos(request.header("grpc-timeout")));
    } catch (GrpcException problem) {
      end(response, problem.status(), problem.text());
      return;
    }
    try {
      answer(request, response, call);
      call.finish();
      if (call.late()) {
        throw GrpcCall.deadlineExceeded();
      }
      response.trailer("grpc-status", GrpcStatus.OK.text());
      response.end();
    } catch (Throwable problem) {
      call.finish();
      fail(call, response, problem);
    }
  }

  private void answer(Request request, Response response, GrpcCall call) throws Exception {
    var method = methods.find(request.rawPath());
    if (method == null) {
      throw new GrpcException(
          GrpcStatus.UNIMPLEMENTED, "no method " + request.rawPath() + " is served here");
    }
    var encoding = requestEncoding(request, response);
    var out = new GrpcWriter(response, answerEncoding(encoding, request, response));
    call.requireWanted();
    switch (method) {
      case GrpcMethod.Unary unary -> out.put(unary.answer(only(request, call, encoding), call));
      case GrpcMethod.UnaryPieces unary ->
          out.put(unary.answer(only(request, call, encoding), call));
      case GrpcMethod.ServerStreaming streaming ->
          streaming.answer(only(request, call, encoding), out, call);
      case GrpcMethod.Streaming streaming ->
          streaming.answer(stream(request, call, encoding), out, call);
    }
  }

  private static MessageEncoding requestEncoding(Request request, Response response) {
    try {
      return MessageEncoding.ofRequest(request);
    } catch (GrpcException problem) {
      response.header("grpc-accept-encoding", MessageEncoding.ACCEPTED);
      throw problem;
    }
  }

  private static MessageEncoding answerEncoding(
      MessageEncoding encoding, Request request, Response response) {
    var answers = encoding.ofAnswer(request);
    if (answers == MessageEncoding.GZIP) {
      response.header("grpc-encoding", "gzip");
    }
    return answers;
  }

  private byte[] only(Request request, GrpcCall call, MessageEncoding encoding) {
    return new GrpcReader(request.bodyStream(), call, encoding, maxMessageBytes).only();
  }

  // Streams may be silent for as long as their deadline allows; a single message may not.
  private GrpcReader stream(Request request, GrpcCall call, MessageEncoding encoding) {
    var body = request.bodyStream(call.timeLeft().orElse(A_YEAR));
    return new GrpcReader(body, call, encoding, maxMessageBytes);
  }

  private static void fail(GrpcCall call, Response response, Throwable problem) {
    switch (problem) {
      case GrpcException known -> end(response, known.status(), known.text());
      case Response.ClientGoneException _ ->
          end(response, GrpcStatus.CANCELLED, "the caller has cancelled");
      default -> {
        LOG.error("{}: the method failed", call.path(), problem);
        end(response, GrpcStatus.UNKNOWN, "the method failed");
      }
    }
  }

  private static void end(Response response, GrpcStatus status, String message) {
    if (response.closed()) {
      response.end();
      return;
    }
    if (response.committed()) {
      response.trailer("grpc-status", status.text());
      if (!message.isEmpty()) {
        response.trailer("grpc-message", Wire.encodedMessage(message));
      }
    } else {
      response.header("grpc-status", status.text());
      if (!message.isEmpty()) {
        response.header("grpc-message", Wire.encodedMessage(message));
      }
    }
    response.end();
  }
}
