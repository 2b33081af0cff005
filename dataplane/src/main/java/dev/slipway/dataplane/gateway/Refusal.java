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
/// @param headers that say more, as `www-authenticate`
record Refusal(
    int status, GrpcStatus grpc, String text, boolean json, Map<String, String> headers) {
  static final Refusal QUEUE_FULL =
      new Refusal(503, GrpcStatus.UNAVAILABLE, "pending request queue full", false, Map.of());
  static final Refusal TIMEOUT =
      new Refusal(504, GrpcStatus.DEADLINE_EXCEEDED, "request timeout", false, Map.of());
  static final Refusal FORBIDDEN_ADDRESS =
      of(403, GrpcStatus.PERMISSION_DENIED, "this address may not use this route");

  static Refusal of(int status, GrpcStatus grpc, String text) {
    return new Refusal(status, grpc, text, true, Map.of());
  }

  static Refusal unavailable(String text) {
    return of(503, GrpcStatus.UNAVAILABLE, text);
  }

  static Refusal unknownUpstream(String key) {
    return unavailable("no such upstream: " + key);
  }

  static Refusal noEndpoints(String key) {
    return unavailable("no endpoint of " + key + " is ready");
  }

  /// Gateway API, HTTPBackendRef: an invalid one takes its share and answers 500, GRPCBackendRef:
  /// UNAVAILABLE.
  static Refusal noBackend(String rule) {
    return of(500, GrpcStatus.UNAVAILABLE, "a backend of " + rule + " is not there");
  }

  static Refusal limited(int status, String text) {
    return new Refusal(
        status, GrpcStatus.RESOURCE_EXHAUSTED, text, true, Map.of("retry-after", "1"));
  }

  static Refusal tooLarge(long maxBytes) {
    return of(
        413, GrpcStatus.RESOURCE_EXHAUSTED, "request body is larger than " + maxBytes + " bytes");
  }

  static Refusal unrouted(String path) {
    return of(404, GrpcStatus.UNIMPLEMENTED, "no route of this host takes " + path);
  }

  static Refusal badRequest(String text) {
    return of(400, GrpcStatus.INVALID_ARGUMENT, text);
  }

  static Refusal internal() {
    return of(500, GrpcStatus.INTERNAL, "internal server error");
  }

  static Refusal badGateway(String text) {
    return of(502, GrpcStatus.UNAVAILABLE, text);
  }

  /// @param challenge what to come back with (RFC 9110, 11.6.1)
  static Refusal unauthorized(String challenge, String text) {
    return new Refusal(
        401, GrpcStatus.UNAUTHENTICATED, text, true, Map.of("www-authenticate", challenge));
  }

  /// Whether a request is a gRPC call.
  static boolean grpc(Request request) {
    return request.header("content-type").startsWith("application/grpc");
  }

  /// Answers with it; a gRPC client gets a status it understands (gRPC over HTTP/2, Trailers-Only).
  void send(Request request, Response response) {
    headers.forEach(response::header);
    if (grpc(request)) {
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
