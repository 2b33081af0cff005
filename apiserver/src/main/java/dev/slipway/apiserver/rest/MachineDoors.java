package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.admission.ServiceResolver;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import java.net.InetSocketAddress;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// Whoever runs pods on this machine, hung in after the server has started: until then pods cannot
/// be reached and Services have no endpoint. Thread-safe.
public final class MachineDoors implements PodAccess, ServiceResolver, UsageFigures {
  private static final ServiceResolver NOWHERE =
      (namespace, name, port) -> {
        throw new IllegalArgumentException(
            "service " + namespace + "/" + name + ":" + port + " has no endpoint on this machine");
      };

  private volatile PodAccess pods = PodAccess.NONE;
  private volatile UsageFigures figures = UsageFigures.NONE;
  private volatile ServiceResolver services = NOWHERE;

  public void pods(PodAccess access) {
    pods = access;
  }

  public void figures(UsageFigures source) {
    figures = source;
  }

  @Override
  public List<ObjectNode> nodes() {
    return figures.nodes();
  }

  @Override
  public List<ObjectNode> pods(String namespace) {
    return figures.pods(namespace);
  }

  public void services(ServiceResolver resolver) {
    services = resolver;
  }

  @Override
  public void serve(
      ObjectNode pod, String subresource, String path, Request request, Response response)
      throws Exception {
    pods.serve(pod, subresource, path, request, response);
  }

  @Override
  public InetSocketAddress resolve(String namespace, String name, int port) {
    return services.resolve(namespace, name, port);
  }
}
