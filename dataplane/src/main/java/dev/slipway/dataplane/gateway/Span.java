package dev.slipway.dataplane.gateway;

import dev.slipway.net.grpc.ProtoWriter;
import java.time.Instant;
import java.util.HexFormat;

/// What a trace tells of one request: when it began and ended, where it went, what it came to.
///
/// Source: `opentelemetry/proto/trace/v1/trace.proto`; names of attributes as OpenTelemetry's
/// semantic conventions for HTTP servers.
///
/// @param begun by the machine's clock
/// @param nanos from then until the last byte
/// @param trace a `traceparent` with the gateway's own span
/// @param parent 16 hexadecimal digits; empty for the first span of a trace
/// @param state `tracestate`; may be empty
/// @param bytes of the answer's body
record Span(
    Instant begun,
    long nanos,
    String trace,
    String parent,
    String state,
    Asked asked,
    Went went,
    int status,
    long bytes) {
  private static final int SERVER = 2;
  private static final int ERROR = 2;
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  /// What was asked, by whom.
  record Asked(
      String method,
      String scheme,
      String host,
      String path,
      String protocol,
      String agent,
      String client) {}

  /// @param rule that took the request
  /// @param upstream chosen; may be empty
  /// @param held whether it waited for a pod
  record Went(String rule, String upstream, boolean held) {}

  /// The message `Span`.
  ProtoWriter message() {
    long start = begun.getEpochSecond() * NANOS_PER_SECOND + begun.getNano();
    var span =
        new ProtoWriter()
            .bytes(1, HexFormat.of().parseHex(trace, 3, 35))
            .bytes(2, HexFormat.of().parseHex(trace, 36, 52));
    if (!state.isEmpty()) {
      span.text(3, state);
    }
    if (!parent.isEmpty()) {
      span.bytes(4, HexFormat.of().parseHex(parent));
    }
    span.text(5, asked.method() + " " + went.rule())
        .number(6, SERVER)
        .fixed(7, start)
        .fixed(8, start + nanos);
    attributes(span);
    return status >= 500 ? span.message(15, new ProtoWriter().number(3, ERROR)) : span;
  }

  private void attributes(ProtoWriter span) {
    text(span, "http.request.method", asked.method());
    text(span, "url.scheme", asked.scheme());
    text(span, "url.path", asked.path());
    text(span, "server.address", asked.host());
    text(span, "network.protocol.name", "http");
    text(span, "network.protocol.version", asked.protocol().replaceFirst("^[^/]*/", ""));
    text(span, "client.address", asked.client());
    text(span, "user_agent.original", asked.agent());
    number(span, "http.response.status_code", status);
    number(span, "http.response.body.size", bytes);
    text(span, "slipway.rule", went.rule());
    text(span, "slipway.upstream", went.upstream());
    span.message(9, pair("slipway.held", new ProtoWriter().number(2, went.held() ? 1 : 0)));
    if (status >= 500) {
      text(span, "error.type", Integer.toString(status));
    }
  }

  private static void text(ProtoWriter span, String key, String value) {
    if (!value.isEmpty()) {
      span.message(9, pair(key, new ProtoWriter().text(1, value)));
    }
  }

  private static void number(ProtoWriter span, String key, long value) {
    span.message(9, pair(key, new ProtoWriter().number(3, value)));
  }

  /// The message `KeyValue`.
  static ProtoWriter pair(String key, ProtoWriter value) {
    return new ProtoWriter().text(1, key).message(2, value);
  }
}
