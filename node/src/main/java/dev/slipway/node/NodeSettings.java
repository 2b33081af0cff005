package dev.slipway.node;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/// How this machine runs pods.
///
/// @param name of the Node
/// @param address of the Node
/// @param data what pods leave on disk is below `pods` in it
/// @param labels of the Node, beside those every Node has
/// @param capacity what the Node says it has, by name as in `status.capacity`; what is not named is
///     as [Capacity#machine] has it
/// @param statusDelay a status that says no more than "on its way" is written after this; what
///     becomes ready sooner needs one write
/// @param sockets whether what pods answer inside this process has sockets at the pods' addresses
///     from the start, for callers elsewhere; else one is made when somebody asks for it
public record NodeSettings(
    String name,
    String address,
    Path data,
    Map<String, String> labels,
    Map<String, String> capacity,
    Duration statusDelay,
    boolean sockets) {
  public NodeSettings {
    labels = Map.copyOf(labels);
    capacity = Map.copyOf(capacity);
  }

  /// This machine as the Node `slipway`.
  public static NodeSettings at(Path data) {
    return new NodeSettings(
        "slipway", "127.0.0.1", data, Map.of(), Map.of(), Duration.ofMillis(100), false);
  }

  /// @param quantities by name: `cpu`, `memory`, `pods`, `nvidia.com/gpu`, …
  public NodeSettings withCapacity(Map<String, String> quantities) {
    return new NodeSettings(name, address, data, labels, quantities, statusDelay, sockets);
  }

  public NodeSettings withStatusDelay(Duration value) {
    return new NodeSettings(name, address, data, labels, capacity, value, sockets);
  }

  public NodeSettings withLabels(Map<String, String> value) {
    return new NodeSettings(name, address, data, value, capacity, statusDelay, sockets);
  }

  public NodeSettings withSockets(boolean value) {
    return new NodeSettings(name, address, data, labels, capacity, statusDelay, value);
  }
}
