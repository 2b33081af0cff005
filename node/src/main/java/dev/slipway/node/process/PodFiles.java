package dev.slipway.node.process;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The files by which a pod knows its own name and others': `/etc/hostname`, `/etc/hosts` and
/// `/etc/resolv.conf` as a kubelet writes them. Pure.
///
/// Source: Kubernetes, pkg/kubelet/kubelet_pods.go and pkg/kubelet/network/dns/dns.go; DNS for
/// Services and Pods.
final class PodFiles {
  private static final String DOMAIN = "cluster.local";
  private static final int MOST_SERVERS = 3;

  private final Resource pod;
  private final String address;

  /// @param address of the pod
  PodFiles(Resource pod, String address) {
    this.pod = pod;
    this.address = address;
  }

  /// @param server where the cluster's names are asked for; empty if they are not answered
  /// @param machine lines of this machine's `/etc/resolv.conf`
  Map<String, String> all(Optional<String> server, List<String> machine) {
    var all = new LinkedHashMap<String, String>();
    if (pod.spec().path("hostNetwork").asBoolean(false)) {
      return all;
    }
    all.put("/etc/hostname", hostName() + "\n");
    all.put("/etc/hosts", hosts());
    server.ifPresent(at -> all.put("/etc/resolv.conf", resolver(at, machine)));
    return all;
  }

  private String hostName() {
    var named = pod.text("spec", "hostname");
    return named.isEmpty() ? pod.name() : named;
  }

  private String hosts() {
    var text =
        new StringBuilder(
            """
            # Kubernetes-managed hosts file.
            127.0.0.1\tlocalhost
            ::1\tlocalhost ip6-localhost ip6-loopback
            fe00::0\tip6-localnet
            fe00::0\tip6-mcastprefix
            fe00::1\tip6-allnodes
            fe00::2\tip6-allrouters
            """);
    var subdomain = pod.text("spec", "subdomain");
    text.append(address).append('\t');
    if (!subdomain.isEmpty()) {
      text.append("%s.%s.%s.svc.%s\t".formatted(hostName(), subdomain, pod.namespace(), DOMAIN));
    }
    text.append(hostName()).append('\n');
    var aliases = pod.spec().path("hostAliases");
    if (!aliases.isEmpty()) {
      text.append("\n# Entries added by HostAliases.\n");
    }
    for (var each : aliases) {
      var names = each.path("hostnames").values().stream().map(name -> name.asString(""));
      text.append(Json.text(each, "ip"))
          .append('\t')
          .append(names.collect(Collectors.joining("\t")))
          .append('\n');
    }
    return text.toString();
  }

  private String resolver(String server, List<String> machine) {
    var servers = new LinkedHashSet<String>();
    var search = new LinkedHashSet<String>();
    var options = new LinkedHashMap<String, String>();
    switch (pod.spec().path("dnsPolicy").asString("ClusterFirst")) {
      case "None" -> {}
      case "Default" -> {
        // Its own servers may be on this machine's loopback, where a pod does not get.
        servers.add(server);
        search.addAll(words(machine, "search"));
      }
      default -> {
        servers.add(server);
        search.add(pod.namespace() + ".svc." + DOMAIN);
        search.add("svc." + DOMAIN);
        search.add(DOMAIN);
        search.addAll(words(machine, "search"));
        options.put("ndots", "5");
      }
    }
    var own = pod.spec().path("dnsConfig");
    own.path("nameservers").forEach(each -> servers.add(each.asString("")));
    own.path("searches").forEach(each -> search.add(each.asString("")));
    own.path("options")
        .forEach(each -> options.put(Json.text(each, "name"), Json.text(each, "value")));
    return text(new ArrayList<>(servers), new ArrayList<>(search), options);
  }

  private static String text(
      List<String> servers, List<String> search, Map<String, String> options) {
    var text = new StringBuilder();
    if (!search.isEmpty()) {
      text.append("search ").append(String.join(" ", search)).append('\n');
    }
    servers.stream()
        .limit(MOST_SERVERS)
        .forEach(each -> text.append("nameserver ").append(each).append('\n'));
    if (!options.isEmpty()) {
      text.append("options ")
          .append(
              options.entrySet().stream()
                  .map(
                      each ->
                          each.getValue().isEmpty()
                              ? each.getKey()
                              : each.getKey() + ":" + each.getValue())
                  .collect(Collectors.joining(" ")))
          .append('\n');
    }
    return text.toString();
  }

  private static List<String> words(List<String> lines, String keyword) {
    return lines.stream()
        .filter(line -> line.startsWith(keyword + " "))
        .flatMap(line -> List.of(line.strip().split("\\s+", -1)).stream().skip(1))
        .toList();
  }
}
