package dev.slipway.dataplane.server;

import java.time.Duration;

/// How a model server listens and what it bears.
///
/// @param host address to bind
/// @param port for HTTP/1.1, HTTP/2 and gRPC; 0 for any free one
/// @param maxRequestBytes longer requests are refused
/// @param maxAnswerBytes longer answers are not sent
/// @param drain how long requests under way may take when the server ends
/// @param controlsModels whether clients may load and unload models
public record ModelServerSettings(
    String host,
    int port,
    int maxRequestBytes,
    int maxAnswerBytes,
    Duration drain,
    boolean controlsModels) {
  public static ModelServerSettings of(String host, int port) {
    return new ModelServerSettings(
        host, port, 128 * 1024 * 1024, 512 * 1024 * 1024, Duration.ofSeconds(30), true);
  }
}
