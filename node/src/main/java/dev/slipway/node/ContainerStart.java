package dev.slipway.node;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// A container that is to be started.
///
/// @param container as the pod's specification has it
/// @param init whether it is to end before others start
/// @param address the pod's own, on loopback
/// @param command instead of the image's; empty for the image's own
/// @param args for it, with variables replaced
/// @param environment with references resolved
/// @param volumes where its files are
/// @param logs where the container's output may be kept on disk; made when first written
public record ContainerStart(
    Resource pod,
    JsonNode container,
    boolean init,
    String address,
    List<String> command,
    List<String> args,
    Map<String, String> environment,
    Volumes volumes,
    Path logs) {
  public ContainerStart {
    command = List.copyOf(command);
    args = List.copyOf(args);
    environment = Map.copyOf(environment);
  }

  public String name() {
    return Json.text(container, "name");
  }

  public String image() {
    return Json.text(container, "image");
  }

  /// Numbers of the ports it declares, in order.
  public List<Integer> ports() {
    var found = new ArrayList<Integer>();
    container.path("ports").forEach(each -> found.add(each.path("containerPort").asInt(0)));
    return found;
  }
}
