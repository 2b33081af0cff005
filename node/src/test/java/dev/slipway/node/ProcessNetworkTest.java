package dev.slipway.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.node.process.Isolation;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// How processes of pods reach each other: by addresses of their own where this machine permits,
/// and by ports they are told.
@ParameterizedClass(name = "isolation {0}")
@EnumSource(Isolation.class)
final class ProcessNetworkTest extends ProcessPodsFixture {
  private static String server(int port) {
    return """
    "image": "python:3", "command": ["python", "-c",
      "import os, socket, time; s = socket.create_server((\\"\\", int(os.environ[\\"PORT\\"])));\
    time.sleep(1000)"],
    "env": [{"name": "PORT", "value": "%1$d"}], "ports": [{"containerPort": %1$d}],
    "readinessProbe": {"tcpSocket": {"port": %1$d}, "periodSeconds": 1}
    """
        .formatted(port);
  }

  @Test
  void aSecondPodOnAPortIsToldAnotherAndFoundThere() throws IOException {
    int port;
    try (var free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    for (var name : List.of("one", "two")) {
      pod(name, "Always", server(port), "");
      var pod = awaitPod(name, each -> each.isTrue("Ready"));
      var at = new InetSocketAddress(pod.text("status", "podIP"), port);
      try (var socket = new Socket()) {
        socket.connect(endpoints.reached(at), 1000);
      }
    }

    assertThat(events.stream().anyMatch(each -> each.startsWith("RunsAsProcess: ports are shared")))
        .as("it is told where ports are not the pod's own")
        .isEqualTo(!processes.hasNetwork());
  }

  private static String speaker(String word) {
    var script = Json.array();
    script
        .add("python3")
        .add("-c")
        .add(
            """
            import socket, sys
            s = socket.create_server(("", int(sys.argv[2])), backlog=9)
            while True:
                c, _ = s.accept()
                c.sendall(b"%s\\n")
                c.close()
            """
                .formatted(word))
        .add("--port")
        .add("2222");
    return "\"command\": "
        + script
        + ", \"ports\": [{\"containerPort\": 2222}],"
        + " \"readinessProbe\": {\"tcpSocket\": {\"port\": 2222}, \"periodSeconds\": 1}";
  }

  private void service(String name, String clusterIp, int port, String address) {
    cluster.create(
        Kinds.SERVICE,
        Json.parseObject(
            """
            {"apiVersion": "v1", "kind": "Service",
             "metadata": {"name": "%1$s", "namespace": "default"},
             "spec": {"clusterIP": "%2$s", "selector": {"app": "%1$s"},
               "ports": [{"name": "p", "port": %3$d, "targetPort": 2222}]}}
            """
                .formatted(name, clusterIp, port)));
    cluster.create(
        Kinds.ENDPOINT_SLICE,
        Json.parseObject(
            """
            {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
             "metadata": {"name": "%1$s-1", "namespace": "default",
               "labels": {"kubernetes.io/service-name": "%1$s"}},
             "ports": [{"name": "p", "port": 2222}],
             "endpoints": [{"addresses": ["%2$s"], "hostname": "%1$s-0",
               "conditions": {"ready": true}}]}
            """
                .formatted(name, address)));
  }

  @Test
  void podsListenOnOnePortAndHearEachOtherByNameWhereTheyHaveANetwork() throws IOException {
    for (var name : List.of("left", "right")) {
      pod(name, "Always", speaker("from " + name), "");
      var pod = awaitPod(name, each -> each.isTrue("Ready"));
      service(name, "None", 2222, pod.text("status", "podIP"));
      service(name + "-balanced", "10.96.9." + name.length(), 81, pod.text("status", "podIP"));
    }
    var ask = Json.array();
    ask.add("python3")
        .add("-c")
        .add(
            """
            import socket
            for host, port in [("left.default.svc", 2222), ("right", 2222),
                    ("right-0.right.default.svc.cluster.local", 2222), ("left-balanced", 81)]:
                print(socket.create_connection((host, port), 20).makefile().read().strip())
            try:
                socket.getaddrinfo("nobody.default.svc.cluster.local", 1)
            except socket.gaierror as e:
                print("nobody")
            """);
    if (processes.hasNetwork()) {
      pod("asker", "Never", "\"command\": " + ask, "");

      assertThat(log(awaitEnd("asker"), false, false))
          .isEqualTo("from left\nfrom right\nfrom right\nfrom left\nnobody\n");
    } else {
      assertThat(events).anyMatch(each -> each.startsWith("RunsAsProcess: ports are shared"));
    }
  }

  @Test
  void namesAndAliasesOfAPodAreInItsFiles() throws IOException {
    pod(
        "named",
        "Never",
        script("hostname 2>/dev/null || cat /etc/hostname; cat /etc/hosts /etc/resolv.conf"),
        ", \"hostname\": \"me\", \"subdomain\": \"sub\","
            + " \"hostAliases\": [{\"ip\": \"10.1.2.3\", \"hostnames\": [\"one\", \"two\"]}]");

    var pod = awaitEnd("named");

    if (processes.hasNetwork()) {
      assertThat(log(pod, false, false))
          .startsWith("me\n")
          .contains(
              pod.text("status", "podIP") + "\tme.sub.default.svc.cluster.local\tme\n",
              "10.1.2.3\tone\ttwo\n",
              "search default.svc.cluster.local svc.cluster.local cluster.local",
              "options ndots:5");
    } else {
      assertThat(processes.isolation()).contains("(");
    }
  }
}
