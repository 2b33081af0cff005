package dev.slipway.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.node.process.Isolation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Containers as real processes, with everything but the API: kept apart as far as this machine
/// permits, and plainly.
@ParameterizedClass(name = "isolation {0}")
@EnumSource(Isolation.class)
final class ProcessPodsTest extends ProcessPodsFixture {
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

  @Test
  void anEphemeralContainerJoinsAPodThatRunsAndIsNotWaitedFor() throws IOException {
    pod("watched", "Never", script("sleep 1000.375"), "");
    var pod = awaitPod("watched", each -> each.isTrue("Ready"));
    var patch = Json.object();
    patch
        .putObject("spec")
        .putArray("ephemeralContainers")
        .addObject()
        .put("name", "debugger")
        .put("image", "busybox")
        .put("targetContainerName", "main")
        .putArray("command")
        .add("sh")
        .add("-c")
        .add("grep -qsa '[s]leep.1000.375' /proc/[0-9]*/cmdline && echo seen; exit 3");

    cluster.mergePatch(pod.key(), "", patch);

    var after =
        awaitPod(
            "watched",
            each -> each.status().at("/ephemeralContainerStatuses/0/state").has("terminated"));
    assertThat(after.status().at("/ephemeralContainerStatuses/0/state/terminated/exitCode").asInt())
        .isEqualTo(3);
    assertThat(after.text("status", "phase")).isEqualTo("Running");
    assertThat(after.isTrue("Ready")).isTrue();
    try (var log = agent.log(pod.uid(), "debugger", false, false).orElseThrow()) {
      var seen = new String(log.readAllBytes(), StandardCharsets.UTF_8);
      boolean joins = processes.hasNetwork() || !processes.keepsApart();
      assertThat(seen.contains("seen")).as(seen).isEqualTo(joins);
    }
    assertThat(events).anyMatch(each -> each.equals("Started: Started container debugger"));
  }
}
