package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.access.UserInfo;
import dev.slipway.net.Request;
import dev.slipway.net.Response;

/// Something served outside the resources: discovery, OpenAPI, health, metrics.
@FunctionalInterface
public interface Page {
  /// Answers if the path is one of its own.
  ///
  /// @return false where it is not; nothing has been sent then
  boolean serve(Request request, Response response, UserInfo user);
}
