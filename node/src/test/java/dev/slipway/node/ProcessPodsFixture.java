package dev.slipway.node;

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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import tools.jackson.databind.JsonNode;

/// A node whose containers are real processes, with everything but the API.
abstract class ProcessPodsFixture {
  @Parameter Isolation isolation = Isolation.AUTO;
  @TempDir Path data;
  final WatchedCluster cluster = new WatchedCluster();
  final LocalEndpoints endpoints = new LocalEndpoints();
  final Queue<String> events = new ConcurrentLinkedQueue<>();
  private NamesProxy names;
  ProcessPods processes;
  NodeAgent agent;

  @BeforeEach
  void start() {
    names = new NamesProxy(cluster, () -> new InetSocketAddress("127.0.0.1", 1));
    begin();
  }

  final void begin() {
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

  final void pod(String name, String restart, String container, String more) {
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

  static String script(String text) {
    var command = Json.array();
    command.add("sh").add("-c").add(text);
    return "\"command\": " + command;
  }

  final Resource awaitPod(String name, Predicate<Resource> wanted) {
    return await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> cluster.find(Kinds.POD, name), wanted);
  }

  final Resource awaitEnd(String name) {
    return awaitPod(
        name, each -> List.of("Succeeded", "Failed").contains(each.text("status", "phase")));
  }

  final String log(Resource pod, boolean before, boolean follow) throws IOException {
    try (var log = agent.log(pod.uid(), "main", before, follow).orElseThrow()) {
      return new String(log.readAllBytes(), StandardCharsets.UTF_8)
          .replaceAll("(?m)^\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z ", "");
    }
  }

  /// Whether a process does anything yet; one that nobody has buried does not.
  static boolean runs(long pid) {
    try {
      var words = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return words.charAt(words.lastIndexOf(')') + 2) != 'Z';
    } catch (IOException _) {
      return false;
    }
  }

  /// The process of this machine that a container has started with these words.
  static long started(String... words) {
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

  static JsonNode ended(Resource pod, String field) {
    return pod.status().at("/containerStatuses/0/" + field + "/terminated");
  }
}
