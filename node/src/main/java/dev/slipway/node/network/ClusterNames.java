package dev.slipway.node.network;

import dev.slipway.base.Json;
import dev.slipway.control.Cluster;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import dev.slipway.node.network.DnsMessage.Fact;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// What the cluster's names mean to a pod.
///
/// Source: Kubernetes DNS-Based Service Discovery, specification 1.1.0. Names that a gateway
/// answers
/// (of Knative's and KServe's kinds, and Services that stand for another name of the cluster) mean
/// the hub, where it listens.
final class ClusterNames {
  private static final String DOMAIN = "cluster.local";
  private static final String SERVICES = ".svc." + DOMAIN;
  private static final String PODS = ".pod." + DOMAIN;
  private static final String LOCALHOST = ".localhost";
  private static final List<Kind> OF_GATEWAY =
      List.of(Kinds.KNATIVE_SERVICE, Kinds.KNATIVE_ROUTE, Kinds.INFERENCE_SERVICE);

  private final Cluster cluster;
  private final int hub;

  /// @param hub where the gateway listens for pods
  ClusterNames(Cluster cluster, String hub) {
    this.cluster = cluster;
    this.hub = Range.number(hub).orElseThrow();
  }

  /// @param answers to the question
  /// @param more what the asker will want next
  record Found(List<Fact> answers, List<Fact> more) {
    Found {
      answers = List.copyOf(answers);
      more = List.copyOf(more);
    }

    static Found of(List<Fact> answers) {
      return new Found(answers, List.of());
    }
  }

  /// Whether nobody else can know the name.
  static boolean isOurs(String name) {
    return name.endsWith("." + DOMAIN) || name.equals(DOMAIN) || name.endsWith(LOCALHOST);
  }

  /// @return empty if there is no such name
  Optional<Found> find(String name, int type) {
    if (name.endsWith(LOCALHOST)) {
      return Optional.of(addresses(name, List.of(hub), type));
    }
    if (name.endsWith(PODS)) {
      return pod(name, type);
    }
    if (!name.endsWith(SERVICES)) {
      return name.equals(DOMAIN) ? Optional.of(Found.of(List.of())) : Optional.empty();
    }
    var labels = name.substring(0, name.length() - SERVICES.length()).split("\\.", -1);
    return switch (labels.length) {
      case 1 -> namespace(labels[0]);
      case 2 -> service(name, labels[1], labels[0], type);
      case 3 -> host(name, labels[2], labels[1], labels[0], type);
      case 4 -> place(name, labels, type);
      default -> Optional.empty();
    };
  }

  private static Found addresses(String name, List<Integer> all, int type) {
    boolean wanted = type == DnsMessage.A || type == DnsMessage.ANY;
    return Found.of(
        wanted
            ? all.stream().map(each -> (Fact) new Fact.Address(name, each)).toList()
            : List.of());
  }

  /// `10-244-0-7.NAMESPACE.pod.cluster.local`.
  private static Optional<Found> pod(String name, int type) {
    var labels = name.substring(0, name.length() - PODS.length()).split("\\.", -1);
    return labels.length == 2
        ? Range.number(labels[0].replace('-', '.'))
            .map(address -> addresses(name, List.of(address), type))
        : Optional.empty();
  }

  private Optional<Found> namespace(String name) {
    return cluster.get(Kinds.NAMESPACE.key("", name)).map(_ -> Found.of(List.of()));
  }

  private Optional<Found> service(String name, String namespace, String service, int type) {
    var found = cluster.get(Kinds.SERVICE.key(namespace, service));
    if (found.isEmpty()) {
      return isOfGateway(namespace, service)
          ? Optional.of(addresses(name, List.of(hub), type))
          : Optional.empty();
    }
    if (found.get().text("spec", "type").equals("ExternalName")) {
      return Optional.of(external(name, found.get(), type));
    }
    if (type == DnsMessage.SRV) {
      return Optional.of(places(name, found.get(), _ -> true));
    }
    return Optional.of(addresses(name, addresses(found.get()), type));
  }

  private boolean isOfGateway(String namespace, String name) {
    return OF_GATEWAY.stream()
        .anyMatch(
            kind -> cluster.serves(kind) && cluster.get(kind.key(namespace, name)).isPresent());
  }

  private Found external(String name, Resource service, int type) {
    var target = service.text("spec", "externalName");
    if (isOurs(target) || target.endsWith(".svc")) {
      return addresses(name, List.of(hub), type);
    }
    return Found.of(List.of(new Fact.Alias(name, target)));
  }

  private List<Integer> addresses(Resource service) {
    var own = service.text("spec", "clusterIP");
    if (!own.equals("None")) {
      return Range.number(own).stream().toList();
    }
    var all = ready(service).map(Member::address).distinct().toList();
    return all.isEmpty() && isOfGateway(service.namespace(), service.name()) ? List.of(hub) : all;
  }

  /// An endpoint of a Service that takes requests.
  ///
  /// @param ports of its slice
  private record Member(String host, int address, JsonNode ports) {}

  private Stream<Member> ready(Resource service) {
    return cluster
        .list(
            Kinds.ENDPOINT_SLICE,
            service.namespace(),
            Map.of("kubernetes.io/service-name", service.name()))
        .stream()
        .flatMap(slice -> members(slice).stream());
  }

  private List<Member> members(Resource slice) {
    var all = new ArrayList<Member>();
    for (var each : slice.at("endpoints")) {
      if (each.path("conditions").path("ready").asBoolean(true)) {
        var text = each.path("addresses").path(0).asString("");
        var host = Json.text(each, "hostname");
        Range.number(text)
            .map(address -> text.startsWith("127.") ? hub : address)
            .ifPresent(
                address ->
                    all.add(
                        new Member(
                            host.isEmpty() ? text.replace('.', '-') : host,
                            address,
                            slice.at("ports"))));
      }
    }
    return all;
  }

  /// A pod of a headless Service by its host name, or by its address.
  private Optional<Found> host(
      String name, String namespace, String service, String host, int type) {
    var found = cluster.get(Kinds.SERVICE.key(namespace, service));
    if (found.isEmpty()) {
      return Optional.empty();
    }
    var all =
        ready(found.get())
            .filter(each -> each.host.equals(host))
            .map(Member::address)
            .distinct()
            .toList();
    return all.isEmpty() ? Optional.empty() : Optional.of(addresses(name, all, type));
  }

  /// `_http._tcp.SERVICE.NAMESPACE.svc.cluster.local`.
  private Optional<Found> place(String name, String[] labels, int type) {
    if (!labels[0].startsWith("_") || !labels[1].startsWith("_")) {
      return Optional.empty();
    }
    var found = cluster.get(Kinds.SERVICE.key(labels[3], labels[2]));
    if (found.isEmpty() || (type != DnsMessage.SRV && type != DnsMessage.ANY)) {
      return found.map(_ -> Found.of(List.of()));
    }
    var all =
        places(
            name,
            found.get(),
            port ->
                Json.text(port, "name").equals(labels[0].substring(1))
                    && port.path("protocol")
                        .asString("TCP")
                        .equalsIgnoreCase(labels[1].substring(1)));
    return all.answers().isEmpty() ? Optional.empty() : Optional.of(all);
  }

  private Found places(String name, Resource service, Predicate<JsonNode> wanted) {
    var full = service.name() + "." + service.namespace() + SERVICES;
    var answers = new ArrayList<Fact>();
    var more = new ArrayList<Fact>();
    if (service.text("spec", "clusterIP").equals("None")) {
      for (var each : ready(service).toList()) {
        var target = each.host + "." + full;
        for (var port : each.ports) {
          if (wanted.test(port)) {
            answers.add(new Fact.Place(name, port.path("port").asInt(0), target));
            more.add(new Fact.Address(target, each.address));
          }
        }
      }
      return new Found(answers, more);
    }
    for (var port : service.spec().path("ports")) {
      if (wanted.test(port)) {
        answers.add(new Fact.Place(name, port.path("port").asInt(0), full));
      }
    }
    addresses(service).forEach(each -> more.add(new Fact.Address(full, each)));
    return new Found(answers, more);
  }
}
