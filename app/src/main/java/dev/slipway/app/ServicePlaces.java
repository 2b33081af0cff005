package dev.slipway.app;

import dev.slipway.base.Json;
import dev.slipway.control.Cluster;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import dev.slipway.node.NodeAgent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;

/// Where Services of the cluster answer for this process, which has no part in the pods' network.
record ServicePlaces(Cluster cluster, NodeAgent node) {
  /// @param endpoint `HOST:PORT`: the name or the address of a Service, or any other host
  /// @throws IllegalArgumentException if nothing answers there
  InetSocketAddress at(String endpoint) {
    int colon = endpoint.lastIndexOf(':');
    if (colon < 1 || !endpoint.substring(colon + 1).matches("\\d{1,5}")) {
      throw new IllegalArgumentException("\"" + endpoint + "\" is no HOST:PORT");
    }
    var host = endpoint.substring(0, colon);
    int port = Integer.parseInt(endpoint.substring(colon + 1));
    return service(host).map(found -> behind(found, port)).orElseGet(() -> outside(host, port));
  }

  private static InetSocketAddress outside(String host, int port) {
    var address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw new IllegalArgumentException("no such host: " + host);
    }
    return address;
  }

  private Optional<Resource> service(String host) {
    var labels = host.split("\\.", -1);
    if (labels.length >= 2 && (labels.length == 2 || labels[2].equals("svc"))) {
      return cluster.get(Kinds.SERVICE.key(labels[1], labels[0]));
    }
    return cluster
        .list(Kinds.SERVICE, "", each -> each.text("spec", "clusterIP").equals(host))
        .stream()
        .findFirst();
  }

  private InetSocketAddress behind(Resource service, int port) {
    var name = "";
    for (var each : service.spec().path("ports")) {
      name = each.path("port").asInt(0) == port ? Json.text(each, "name") : name;
    }
    var wanted = name;
    return cluster
        .list(
            Kinds.ENDPOINT_SLICE,
            service.namespace(),
            Map.of("kubernetes.io/service-name", service.name()))
        .stream()
        .flatMap(slice -> place(slice, wanted).stream())
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(service + " has no ready endpoint"));
  }

  private Optional<InetSocketAddress> place(Resource slice, String port) {
    for (var each : slice.at("ports")) {
      if (Json.text(each, "name").equals(port)) {
        int number = each.path("port").asInt(0);
        return slice
            .at("endpoints")
            .valueStream()
            .filter(one -> Json.at(one, "conditions", "ready").asBoolean(true))
            .map(one -> one.path("addresses").path(0).asString(""))
            .findFirst()
            .map(address -> reached(address, number));
      }
    }
    return Optional.empty();
  }

  private InetSocketAddress reached(String address, int port) {
    var pod =
        cluster.list(Kinds.POD, "", each -> each.text("status", "podIP").equals(address)).stream()
            .findFirst();
    try {
      return pod.isPresent()
          ? node.socket(pod.get().uid(), port)
          : new InetSocketAddress(address, port);
    } catch (IOException problem) {
      throw new IllegalArgumentException(problem.getMessage(), problem);
    }
  }
}
