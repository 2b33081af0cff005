package dev.slipway.net;

import java.util.List;

/// What a request says before its body, whatever version of the protocol carried it.
interface RequestHead {
  String method();

  Target target();

  String protocol();

  /// The first value, or `""`; names ignore case.
  String header(String name);

  List<String> headers(String name);

  /// All fields as they came; of HTTP/2, without the pseudo-fields.
  Fields fields();

  /// Whether the client waits for 100 (Continue).
  boolean expectsContinue();

  /// The declared length; -1 for none.
  long contentLength();

  /// Whether it is an extended CONNECT for a WebSocket (RFC 8441): told here as the GET of HTTP/1.1
  /// that stands for it.
  default boolean extendedConnect() {
    return false;
  }

  /// Lower case, each once.
  List<String> headerNames();
}
