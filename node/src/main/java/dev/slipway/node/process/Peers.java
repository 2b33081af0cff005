package dev.slipway.node.process;

import dev.slipway.base.Json;
import dev.slipway.control.Cluster;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import dev.slipway.node.ContainerStart;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where pods share this machine's network, peers that know each other by name and port cannot:
/// names are not resolved, and each port is there but once. So every pod of a headless Service gets
/// ports of its own, and what variables say of it (`NAME-0.SPACE.svc:2222`; `MASTER_ADDR` and
/// `MASTER_PORT`) becomes `127.0.0.1` and the port that stands for the one named. That port is kept
/// for the pod, whether it has begun or not.
record Peers(Cluster cluster, HostPorts ports) {
  private static final String HERE = "127.0.0.1";
  private static final Pattern ADDRESS =
      Pattern.compile(
          "(?:(?<=://)|(?<![\\w.$(/-]))([a-z]([-a-z0-9]*[a-z0-9])?)((\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*)"
              + "(:(\\d{1,5}))?(?![\\w./-])");
  private static final Pattern ADDRESS_VARIABLE = Pattern.compile("(\\w+_)(ADDR|ADDRESS)");

  /// Whose ports are kept.
  static String owner(Resource pod) {
    return pod.namespace() + "/" + pod.name();
  }

  /// The container, told where its peers are on this machine.
  ContainerStart told(ContainerStart start) {
    var changed = told(start.environment(), start.pod());
    return changed.equals(start.environment())
        ? start
        : new ContainerStart(
            start.pod(),
            start.container(),
            start.init(),
            start.address(),
            start.command(),
            start.args(),
            changed,
            start.volumes(),
            start.logs());
  }

  /// The variables of a pod, with ports of this machine in its peers' places.
  Map<String, String> told(Map<String, String> variables, Resource pod) {
    var changed = new TreeMap<>(variables);
    var known = new HashMap<String, Optional<String>>();
    variables.forEach(
        (name, value) -> {
          boolean bare = ADDRESS_VARIABLE.matcher(name).matches();
          changed.put(name, rewritten(value, bare, pod, known));
        });
    variables.forEach((name, value) -> companion(name, value, pod, known, changed));
    return changed;
  }

  /// @param bare whether a name alone is an address: elsewhere it may be just a name
  private String rewritten(
      String value, boolean bare, Resource pod, Map<String, Optional<String>> known) {
    return ADDRESS
        .matcher(value)
        .replaceAll(
            found -> {
              String port = found.group(7) == null ? "" : found.group(7);
              boolean address = bare || !port.isEmpty() || !found.group(3).isEmpty();
              String host = found.group(1) + found.group(3);
              var peer =
                  address
                      ? known.computeIfAbsent(host, name -> peer(name, pod))
                      : Optional.<String>empty();
              String changed =
                  peer.map(each -> port.isEmpty() ? HERE : HERE + ":" + instead(each, port))
                      .orElse(found.group());
              return Matcher.quoteReplacement(changed);
            });
  }

  /// `MASTER_PORT` beside `MASTER_ADDR`.
  private void companion(
      String name,
      String value,
      Resource pod,
      Map<String, Optional<String>> known,
      Map<String, String> changed) {
    var variable = ADDRESS_VARIABLE.matcher(name);
    if (!variable.matches()) {
      return;
    }
    String port = variable.group(1) + "PORT";
    var peer = known.computeIfAbsent(value, each -> peer(each, pod));
    var asked = changed.getOrDefault(port, "");
    if (peer.isPresent() && asked.matches("\\d{1,5}")) {
      changed.put(port, instead(peer.get(), asked));
    }
  }

  private String instead(String owner, String port) {
    try {
      return Integer.toString(ports.instead(owner, Integer.parseInt(port)));
    } catch (IOException _) {
      return port; // whoever is to listen there says so
    }
  }

  /// The pod that a name means, as the owner of its ports: the only one of a headless Service, or
  /// the one of that host name in it.
  private Optional<String> peer(String host, Resource pod) {
    List<String> labels = List.of(host.split("\\.", -1));
    String namespace = pod.namespace();
    int spaceAt = labels.size() > 1 && labels.get(1).equals(namespace) ? 1 : 2;
    if (labels.size() > spaceAt && !labels.get(spaceAt).equals(namespace)) {
      return Optional.empty();
    }
    boolean inService = spaceAt == 2 && labels.size() > 1;
    String service = labels.get(inService ? 1 : 0);
    var found =
        cluster
            .get(Kinds.SERVICE.key(namespace, service))
            .filter(each -> each.text("spec", "clusterIP").equals("None"));
    if (found.isEmpty()) {
      return Optional.empty();
    }
    if (inService) {
      return Optional.of(namespace + "/" + labels.getFirst())
          .filter(_ -> isHost(labels.getFirst(), service, namespace));
    }
    var selector = Json.strings(found.get().tree(), "spec", "selector");
    var pods = selector.isEmpty() ? List.<Resource>of() : pods(namespace, selector);
    return pods.size() > 1 ? Optional.empty() : Optional.of(namespace + "/" + service);
  }

  private List<Resource> pods(String namespace, Map<String, String> selector) {
    return cluster.list(Kinds.POD, namespace, selector);
  }

  private boolean isHost(String host, String subdomain, String namespace) {
    return cluster.list(Kinds.POD, namespace).stream()
        .anyMatch(
            each ->
                each.text("spec", "hostname").equals(host)
                    && each.text("spec", "subdomain").equals(subdomain));
  }
}
