package dev.slipway.dataplane.gateway;

import dev.slipway.base.Json;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import dev.slipway.net.grpc.GrpcStatus;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// Why the gateway itself answers, and with which words. The texts of 503 and 504 are those of
/// Knative's queue-proxy.
///
/// @param json whether the text goes into a field `error`; otherwise it is the body
record Refusal(int status, GrpcStatus grpc, String text, boolean json) {
  static final Refusal QUEUE_FULL =
      new Refusal(503, GrpcStatus.UNAVAILABLE, "pending request queue full", false);
  static final Refusal TIMEOUT =
      new Refusal(504, GrpcStatus.DEADLINE_EXCEEDED, "request timeout", false);

  static Refusal unavailable(String text) {
    return new Refusal(503, GrpcStatus.UNAVAILABLE, text, true);
  }

  static Refusal unknownUpstream(String key) {
    return unavailable("no such upstream: " + key);
  }

  static Refusal noEndpoints(String key) {
    return unavailable("no endpoint of " + key + " is ready");
  }

  /// Answers with it; a gRPC client gets a status it understands (gRPC over HTTP/2, Trailers-Only).
  void send(Request request, Response response) {
    if (request.header("content-type").startsWith("application/grpc")) {
      response
          .status(200)
          .header("content-type", "application/grpc")
          .header("grpc-status", Integer.toString(grpc.code()))
          .header("grpc-message", percentEncoded(text))
          .send(new byte[0]);
      return;
    }
    var type = json ? "application/json" : "text/plain; charset=utf-8";
    response.status(status).header("content-type", type).send(body());
  }

  byte[] body() {
    return json ? Json.MAPPER.writeValueAsBytes(Map.of("error", text)) : utf8(text);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  // gRPC over HTTP/2: bytes outside of printable ASCII, and the percent sign.
  private static String percentEncoded(String text) {
    var encoded = new StringBuilder();
    for (byte each : utf8(text)) {
      if (each >= ' ' && each <= '~' && each != '%') {
        encoded.append((char) each);
      } else {
        encoded.append(String.format("%%%02X", each & 0xff));
      }
    }
    return encoded.toString();
  }
}
