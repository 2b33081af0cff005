package dev.slipway.apiserver.discovery;

import dev.slipway.apiserver.resource.Resource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a subresource takes and which verbs it knows.
record Subresource(String group, String version, String kind, List<String> verbs) {
  private static final List<String> WHOLE = List.of("get", "patch", "update");
  private static final List<String> POST = List.of("create");
  private static final List<String> GET = List.of("get");
  private static final List<String> STREAM = List.of("create", "get");
  private static final List<String> PROXY = List.of("create", "delete", "get", "patch", "update");

  /// The subresources of a resource by name, in order.
  static Map<String, Subresource> of(Resource resource) {
    var found = new TreeMap<String, Subresource>();
    if (resource.status()) {
      found.put("status", own(resource, resource.kind(), WHOLE));
    }
    if (resource.scale().isPresent()) {
      found.put("scale", new Subresource("autoscaling", "v1", "Scale", WHOLE));
    }
    for (String name : resource.subresources()) {
      found.put(name, named(resource, name));
    }
    return found;
  }

  private static Subresource named(Resource resource, String name) {
    String kind = resource.kind();
    return switch (name) {
      case "binding" -> own(resource, "Binding", POST);
      case "eviction" -> new Subresource("policy", "v1", "Eviction", POST);
      case "token" -> new Subresource("authentication.k8s.io", "v1", "TokenRequest", POST);
      case "finalize" -> own(resource, kind, List.of("update"));
      case "log" -> own(resource, kind, GET);
      case "exec" -> own(resource, "PodExecOptions", STREAM);
      case "attach" -> own(resource, "PodAttachOptions", STREAM);
      case "portforward" -> own(resource, "PodPortForwardOptions", STREAM);
      case "proxy" -> own(resource, kind + "ProxyOptions", PROXY);
      default -> own(resource, kind, WHOLE);
    };
  }

  private static Subresource own(Resource resource, String kind, List<String> verbs) {
    return new Subresource(resource.group(), resource.version(), kind, verbs);
  }
}
