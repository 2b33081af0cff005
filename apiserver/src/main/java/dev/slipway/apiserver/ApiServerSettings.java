package dev.slipway.apiserver;

import dev.slipway.api.KindRules;
import java.nio.file.Path;
import java.util.List;

/// Where an API server keeps its data and listens, and what it serves beyond Kubernetes.
///
/// @param bind address to listen on
/// @param port 0 for any free one
/// @param loopbackEndpoints whether EndpointSlices may hold loopback addresses, which Kubernetes
///     refuses: on where the pods are processes of this machine
/// @param rules judged in this process before anything of their kinds is stored
public record ApiServerSettings(
    Path data, String bind, int port, boolean loopbackEndpoints, List<KindRules> rules) {
  public ApiServerSettings {
    rules = List.copyOf(rules);
  }

  public ApiServerSettings(Path data, String bind, int port) {
    this(data, bind, port, false, List.of());
  }

  /// As these, for a machine that runs pods itself.
  public ApiServerSettings withLoopbackEndpoints() {
    return new ApiServerSettings(data, bind, port, true, rules);
  }

  public ApiServerSettings withRules(List<KindRules> wanted) {
    return new ApiServerSettings(data, bind, port, loopbackEndpoints, wanted);
  }
}
