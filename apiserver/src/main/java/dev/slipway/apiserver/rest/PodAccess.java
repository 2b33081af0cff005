package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.base.Json;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import tools.jackson.databind.node.ObjectNode;

/// Reaches into running pods: `log`, `exec`, `attach`, `portforward`, `proxy`. Implemented by the
/// room that runs them.
@FunctionalInterface
public interface PodAccess {
  /// Where no room runs pods: every request finds the node unreachable.
  PodAccess NONE =
      (pod, _, _, _, _) -> {
        throw ApiException.unavailable(
            "node \""
                + Json.text(pod, "spec", "nodeName")
                + "\" cannot be reached: nothing runs pods here");
      };

  /// Answers one request about a pod that has been assigned to a node.
  ///
  /// @param subresource `log`, `exec`, `attach`, `portforward` or `proxy`
  /// @param path what follows the subresource in the path; empty but for `proxy`
  /// @throws dev.slipway.apiserver.error.ApiException to refuse
  void serve(ObjectNode pod, String subresource, String path, Request request, Response response)
      throws Exception;
}
