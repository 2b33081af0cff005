package dev.slipway.node;

import dev.slipway.control.Cluster;
import dev.slipway.control.Recorder;
import dev.slipway.control.Resource;
import dev.slipway.dataplane.gateway.LocalEndpoints;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// What every pod's work on this node shares.
///
/// @param allocatable of the node, by name
record NodeRoom(
    Cluster cluster,
    Recorder recorder,
    InstantSource clock,
    NodeSettings settings,
    Map<String, String> allocatable,
    List<PodRuntime> runtimes,
    LocalEndpoints endpoints,
    Addresses addresses,
    PodDoors doors,
    Timers timers,
    Devices devices,
    Supplier<TokenSource> tokens) {
  private static final String COMPONENT = "kubelet";

  /// The same for pods that nobody is to hear of.
  NodeRoom silent() {
    return new NodeRoom(
        cluster,
        Recorder.NONE,
        clock,
        settings,
        allocatable,
        runtimes,
        endpoints,
        addresses,
        doors,
        timers,
        devices,
        tokens);
  }

  Optional<PodRuntime> runtimeFor(Resource pod, JsonNode container) {
    return runtimes.stream().filter(each -> each.takes(pod, container)).findFirst();
  }

  /// An address for a pod: of the one runtime that runs all of it, if that has some, or of
  /// loopback.
  String addressFor(Resource pod) {
    if (pod.spec().path("hostNetwork").asBoolean(false)) {
      return settings.address();
    }
    var runners =
        Stream.of("initContainers", "containers")
            .flatMap(list -> pod.spec().path(list).valueStream())
            .map(each -> runtimeFor(pod, each))
            .distinct()
            .toList();
    var only = runners.size() == 1 ? runners.getFirst() : Optional.<PodRuntime>empty();
    return only.flatMap(each -> each.address(pod))
        .orElseGet(() -> addresses.take(pod.text("status", "podIP")));
  }

  /// Where a pod reaches the API: at its Service, where the pod has a network of its own; else
  /// where it answers on this machine. Empty for where its endpoints say.
  Optional<URI> api(String podAddress) {
    boolean shared = podAddress.startsWith("127.") || podAddress.equals(settings.address());
    return shared ? tokens.get().address() : ServiceVariables.api(cluster);
  }

  /// The pod of an address is gone.
  void release(String address) {
    addresses.release(address);
    runtimes.forEach(each -> each.release(address));
  }

  void tell(Resource pod, String type, String reason, String message) {
    recorder.tell(pod, COMPONENT, type, reason, message);
  }

  /// @param part `spec.containers{web}`
  void tell(Resource pod, String part, String type, String reason, String message) {
    recorder.tell(new Recorder.Happened(pod, COMPONENT, type, reason, message, part));
  }

  Environment.NodeFacts facts() {
    return new Environment.NodeFacts(settings.name(), settings.address(), allocatable);
  }
}
