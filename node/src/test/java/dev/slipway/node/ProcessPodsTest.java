package dev.slipway.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Recorder;
import dev.slipway.control.Resource;
import dev.slipway.control.fake.WatchedCluster;
import dev.slipway.dataplane.gateway.LocalEndpoints;
import dev.slipway.node.environment.EnvironmentSettings;
import dev.slipway.node.environment.ImageConfig;
import dev.slipway.node.environment.LocalImages;
import dev.slipway.node.process.Isolation;
import dev.slipway.node.process.NamesProxy;
import dev.slipway.node.process.ProcessPods;
import dev.slipway.node.process.ProcessSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/// Containers as real processes, with everything but the API: kept apart as far as this machine
/// permits, and plainly.
@ParameterizedClass(name = "isolation {0}")
@EnumSource(Isolation.class)
final class ProcessPodsTest {
  @Parameter private Isolation isolation = Isolation.AUTO;
  @TempDir private Path data;
  private final WatchedCluster cluster = new WatchedCluster();
  private final LocalEndpoints endpoints = new LocalEndpoints();
  private final Queue<String> events = new ConcurrentLinkedQueue<>();
  private NamesProxy names;
  private ProcessPods processes;
  private NodeAgent agent;

  @BeforeEach
  void start() {
    names = new NamesProxy(cluster, () -> new InetSocketAddress("127.0.0.1", 1));
    begin();
  }

  private void begin() {
    processes =
        new ProcessPods(
            ProcessSettings.at(data).with(Map.of("COMMON", "to all")).with(isolation),
            names,
            images(),
            endpoints,
            InstantSource.system());
    Recorder recorder = happened -> events.add(happened.reason() + ": " + happened.message());
    agent =
        new NodeAgent(
            cluster,
            recorder,
            InstantSource.system(),
            NodeSettings.at(data),
            List.of(processes),
            endpoints);
    agent.start();
  }

  /// What stands for images as the ConfigMap has it.
  private LocalImages images() {
    var config = new ImageConfig(cluster, Recorder.NONE);
    return new LocalImages(EnvironmentSettings.at(data), config::now);
  }

  @AfterEach
  void close() {
    agent.close();
    processes.close();
    names.close();
  }

  private void pod(String name, String restart, String container, String more) {
    cluster.create(
        Kinds.POD,
        Json.parseObject(
            """
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "%s", "namespace": "default"},
             "spec": {"nodeName": "slipway", "restartPolicy": "%s",
               "containers": [{"name": "main", "image": "busybox", %s}] %s},
             "status": {"phase": "Pending"}}
            """
                .formatted(name, restart, container, more)));
  }

  private static String script(String text) {
    var command = Json.array();
    command.add("sh").add("-c").add(text);
    return "\"command\": " + command;
  }

  private Resource awaitPod(String name, Predicate<Resource> wanted) {
    return await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> cluster.find(Kinds.POD, name), wanted);
  }

  private Resource awaitEnd(String name) {
    return awaitPod(
        name, each -> List.of("Succeeded", "Failed").contains(each.text("status", "phase")));
  }

  private String log(Resource pod, boolean before, boolean follow) throws IOException {
    try (var log = agent.log(pod.uid(), "main", before, follow).orElseThrow()) {
      return new String(log.readAllBytes(), StandardCharsets.UTF_8)
          .replaceAll("(?m)^\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z ", "");
    }
  }

  /// Whether a process does anything yet; one that nobody has buried does not.
  private static boolean runs(long pid) {
    try {
      var words = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return words.charAt(words.lastIndexOf(')') + 2) != 'Z';
    } catch (IOException _) {
      return false;
    }
  }

  /// The process of this machine that a container has started with these words.
  private static long started(String... words) {
    var wanted = String.join("\0", words) + "\0";
    return await()
        .until(
            () ->
                ProcessHandle.allProcesses()
                    .map(ProcessHandle::pid)
                    .filter(pid -> commandLine(pid).equals(wanted))
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  private static String commandLine(long pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1);
    } catch (IOException _) {
      return "";
    }
  }

  private static JsonNode ended(Resource pod, String field) {
    return pod.status().at("/containerStatuses/0/" + field + "/terminated");
  }

  @Test
  void aCommandRunsAndItsOutputIsKept() throws IOException {
    pod("hi", "Never", script("echo hi; echo there >&2; printf end"), "");

    var pod = awaitEnd("hi");

    assertThat(pod.text("status", "phase")).isEqualTo("Succeeded");
    assertThat(log(pod, false, false)).isEqualTo("hi\nthere\nend");
    assertThat(log(pod, false, true)).as("a log that follows ends too").isEqualTo("hi\nthere\nend");
  }

  @ParameterizedTest
  @CsvSource({"exit 3,3,Error", "kill -9 $$$$,137,Error", "exit 0,0,Completed"})
  void theEndIsToldAsItWas(String text, int code, String reason) {
    pod("end", "Never", script(text), "");

    var ended = ended(awaitEnd("end"), "state");

    assertThat(ended.path("exitCode").asInt()).isEqualTo(code);
    assertThat(ended.path("reason").asString()).isEqualTo(reason);
  }

  @ParameterizedTest
  @CsvSource({
    "nowhere-to-be-found,executable file not found in $PATH",
    "/no/such/file,no such file or directory",
    "/etc/passwd,permission denied"
  })
  void aCommandThatIsNotThereIsAStartError(String command, String why) {
    pod("bad", "Never", "\"command\": [\"" + command + "\"]", "");

    var pod = awaitEnd("bad");

    assertThat(pod.text("status", "phase")).isEqualTo("Failed");
    assertThat(ended(pod, "state").path("exitCode").asInt()).isEqualTo(128);
    assertThat(ended(pod, "state").path("reason").asString()).isEqualTo("StartError");
    assertThat(ended(pod, "state").path("message").asString()).contains(command).contains(why);
  }

  @Test
  void variablesVolumesAndLastWordsAreWhereTheContainerExpectsThem() throws IOException {
    cluster.create(
        Kinds.CONFIG_MAP,
        Json.parseObject(
            """
            {"apiVersion": "v1", "kind": "ConfigMap",
             "metadata": {"name": "cfg", "namespace": "default"}, "data": {"a.txt": "from a map"}}
            """));
    pod(
        "files",
        "Never",
        script(
                "cat /etc/cfg/a.txt; echo; echo $WHO $COMMON; cp /etc/cfg/a.txt"
                    + " /dev/termination-log")
            + """
            , "env": [{"name": "POD", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
                      {"name": "WHO", "value": "I am $(POD)"}],
              "volumeMounts": [{"name": "c", "mountPath": "/etc/cfg"}]
            """,
        ", \"volumes\": [{\"name\": \"c\", \"configMap\": {\"name\": \"cfg\"}}]");

    var pod = awaitEnd("files");

    assertThat(log(pod, false, false)).isEqualTo("from a map\nI am files to all\n");
    assertThat(ended(pod, "state").path("message").asString()).isEqualTo("from a map");
    assertThat(
            events.stream()
                .anyMatch(
                    each ->
                        each.startsWith("RunsAsProcess: this container sees the whole machine")))
        .as("it is told where its files are not kept apart")
        .isEqualTo(!processes.keepsApart());
  }

  @Test
  void itStartsAgainAndTheOutputBeforeIsStillThere() throws IOException {
    pod(
        "again",
        "Always",
        script("if [ -e mark ]; then echo two; sleep 1000; fi; touch mark; echo one; exit 7"),
        "");

    var pod =
        awaitPod(
            "again",
            each ->
                each.status().at("/containerStatuses/0/restartCount").asInt(0) == 1
                    && each.isTrue("Ready"));

    assertThat(ended(pod, "lastState").path("exitCode").asInt()).isEqualTo(7);
    assertThat(log(pod, true, false)).isEqualTo("one\n");
    await().untilAsserted(() -> assertThat(log(pod, false, false)).isEqualTo("two\n"));
  }

  @Test
  void anEndTakesAllThatWasStartedWithIt() throws IOException {
    pod(
        "family",
        "Always",
        script(
            "trap 'echo leaving; exit 0' TERM; (sleep 1000.125 & touch child); echo up; while :; do"
                + " sleep 0.05; done"),
        ", \"terminationGracePeriodSeconds\": 20");
    var pod = awaitPod("family", each -> each.isTrue("Ready"));
    var child = data.resolve("pods/" + pod.uid() + "/home/main/child");
    await().until(() -> Files.exists(child));
    long pid = started("sleep", "1000.125");

    cluster.delete(pod.key(), Json.object());

    await().untilAsserted(() -> assertThat(cluster.list(Kinds.POD, "")).isEmpty());
    assertThat(runs(pid)).isFalse();
    assertThat(data.resolve("pods/" + pod.uid())).doesNotExist();
    assertThat(data.resolve("processes")).isEmptyDirectory();
  }

  @Test
  void whatACrashedProgramLeftIsEndedByTheNext() throws IOException {
    var mark = "left-by-another";
    var builder = new ProcessBuilder("sh", "-c", "sleep 1000 & sleep 1000");
    builder.environment().put("SLIPWAY_CONTAINER", mark);
    var left = builder.start();
    await().until(() -> left.descendants().count() > 0);
    var children = left.descendants().toList();
    Files.createDirectories(data.resolve("processes"));
    Files.writeString(data.resolve("processes").resolve(mark), "");

    processes.close();
    agent.close();
    begin();

    assertThat(runs(left.pid())).isFalse();
    assertThat(children).noneMatch(each -> runs(each.pid()));
    assertThat(data.resolve("processes")).isEmptyDirectory();
  }

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

  @Test
  void whatAContainerWritesIsItsOwnWhereItIsKeptApart() throws IOException {
    var name = "slipway-" + data.getFileName();
    pod(
        "writer",
        "Never",
        script(
                "mkdir -p /etc/%1$s && echo x > /etc/%1$s/f; echo t > /tmp/%1$s; ls -A /tmp;"
                        .formatted(name)
                    + " cat /models/opt/in/deep/file; echo no > /models/opt/in/deep/file;"
                    + " echo $HOME; cat /etc/hostname; df -k /dev/shm | tail -1 | cut -c 1-4")
            + """
            , "volumeMounts": [{"name": "v", "mountPath": "/models/opt/in", "readOnly": true}]
            """,
        ", \"volumes\": [{\"name\": \"v\", \"hostPath\": {\"path\": \"%s\"}}]"
            .formatted(data.resolve("volume")));
    var file = Files.createDirectories(data.resolve("volume/deep")).resolve("file");
    Files.writeString(file, "deep\n");

    var pod = awaitEnd("writer");

    if (processes.keepsApart()) {
      assertThat(log(pod, false, false))
          .contains(name + "\ndeep\n", "Read-only file system", "/home/pod\nwriter\nshm ");
      assertThat(Path.of("/etc", name)).doesNotExist();
      assertThat(Path.of("/tmp", name)).doesNotExist();
      assertThat(file).hasContent("deep");
    } else {
      assertThat(events).anyMatch(each -> each.contains("sees the whole machine"));
      Files.deleteIfExists(Path.of("/etc", name, "f"));
      Files.deleteIfExists(Path.of("/etc", name));
      Files.deleteIfExists(Path.of("/tmp", name));
    }
  }

  @Test
  void aContainerSeesNoProcessesButItsOwnWhereItIsKeptApart() throws IOException {
    pod("alone", "Never", script("ls /proc | grep -c '^[0-9]'"), "");

    var seen = Integer.parseInt(log(awaitEnd("alone"), false, false).strip());

    if (processes.keepsApart()) {
      assertThat(seen).isLessThan(8);
    } else {
      assertThat(seen).isGreaterThan(1);
    }
  }

  @Test
  void whoeverTakesMoreMemoryThanItMayIsEndedForIt() {
    pod(
        "greedy",
        "Never",
        script("x=0123456789abcdef; while :; do x=$x$x; done")
            + ", \"resources\": {\"limits\": {\"memory\": \"64Mi\"}}",
        "");

    var ended = ended(awaitEnd("greedy"), "state");

    assertThat(ended.path("reason").asString()).isEqualTo("OOMKilled");
    assertThat(ended.path("exitCode").asInt()).isEqualTo(137);
  }

  @Test
  void aProbeRunsInsideTheContainer() {
    pod(
        "probed",
        "Always",
        script("touch /tmp/it; sleep 1000")
            + ", \"readinessProbe\": {\"exec\": {\"command\": [\"sh\", \"-c\", \"test -e"
            + " /tmp/it && touch $HOME/seen\"]}, \"periodSeconds\": 1}",
        "");

    var pod = awaitPod("probed", each -> each.isTrue("Ready"));

    assertThat(data.resolve("pods/" + pod.uid() + "/home/main/seen")).exists();
  }

  @Test
  void aProbeThatFailsEndsIt() {
    pod(
        "sick",
        "Never",
        script("sleep 1000")
            + ", \"livenessProbe\": {\"exec\": {\"command\": [\"sh\", \"-c\", \"echo ill; exit"
            + " 1\"]}, \"periodSeconds\": 1, \"failureThreshold\": 1}",
        "");

    assertThat(ended(awaitEnd("sick"), "state").path("exitCode").asInt()).isEqualTo(143);
    assertThat(events).anyMatch(each -> each.equals("Unhealthy: Liveness probe failed: ill\n"));
  }
}
