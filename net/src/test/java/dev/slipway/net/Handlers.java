package dev.slipway.net;

import java.nio.charset.StandardCharsets;

/// Handlers that tests share.
final class Handlers {
  private Handlers() {}

  /// Answers with the body it got.
  static final Handler ECHO = (request, response) -> response.send(request.body(16 * 1024 * 1024));

  /// Answers with the method and path.
  static final Handler TELL =
      (request, response) -> response.send(utf8(request.method() + " " + request.rawPath()));

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
