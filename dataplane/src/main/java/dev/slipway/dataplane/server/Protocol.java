package dev.slipway.dataplane.server;

import dev.slipway.net.Request;
import dev.slipway.net.Response;

/// A family of paths with its own bodies and its own way to say no.
public interface Protocol {
  /// Answers, if the path is one of its own.
  ///
  /// @param path without the query, percent-encoded as sent
  /// @return whether it was; then the response is complete
  /// @throws RuntimeException to be told to the client by [#refuse]
  boolean answer(String path, Request request, Response response);

  /// Whether a path that failed, or that nobody answers, is to be refused in this protocol's words.
  boolean owns(String path);

  /// Says why there is no answer.
  void refuse(Failure failure, Response response);
}
