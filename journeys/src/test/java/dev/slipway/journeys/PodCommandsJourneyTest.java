package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What kubectl and the Python client do inside pods: `exec`, `attach`, `cp`. Over both of
/// kubectl's
/// protocols: WebSocket, and SPDY as older ones speak it.
final class PodCommandsJourneyTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static Path data = Path.of("");
  private static LivePlatform platform;
  private static Kubectl kubectl;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    data = Files.createTempDirectory("slipway-data");
    platform = LivePlatform.start(data);
    kubectl = platform.kubectl();
    kubectl.apply(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: shell}
        spec:
          terminationGracePeriodSeconds: 1
          containers:
            - name: main
              image: busybox
              command: [sh, -c, "sleep 100000"]
              env: [{name: GREETING, value: hello}]
        """);
    kubectl.ok("wait", "--for=condition=Ready", "pod/shell", "--timeout=60s");
  }

  @AfterAll
  static void end() throws IOException {
    platform.close();
    LiveServer.deleteTree(data);
  }

  private static Commands.Result run(String overWebSocket, String stdin, String... args) {
    return kubectl.run(stdin, Map.of("KUBECTL_REMOTE_COMMAND_WEBSOCKETS", overWebSocket), args);
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "false"})
  void aCommandSeesTheContainersVariablesAndItsExitCodeIsKubectls(String overWebSocket) {
    var result =
        run(
            overWebSocket,
            "",
            "exec",
            "shell",
            "--",
            "sh",
            "-c",
            "echo $GREETING; echo oh >&2; exit 7");

    assertThat(result.exit()).as(result::toString).isEqualTo(7);
    assertThat(result.out()).isEqualTo("hello\n");
    assertThat(result.err()).isEqualTo("oh\ncommand terminated with exit code 7\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "false"})
  void theEndOfTheInputReachesTheCommand(String overWebSocket) {
    var lines = "a line\n".repeat(20_000);

    var result = run(overWebSocket, lines, "exec", "-i", "shell", "--", "wc", "-l");

    assertThat(result.ok()).as(result::toString).isTrue();
    assertThat(result.out().strip()).isEqualTo("20000");
  }

  @Test
  void kubectlDebugPutsAContainerBesideTheProcessesOfAnother() {
    var result =
        kubectl.run(
            "grep -qsa '[s]leep.100000' /proc/[0-9]*/cmdline && echo joined; exit 3\n",
            Map.of(),
            "debug",
            "-i",
            "shell",
            "--image=busybox",
            "--container=debugger",
            "--target=main");

    assertThat(result.out()).as(result::toString).contains("joined");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        kubectl.field(
                            ".status.ephemeralContainerStatuses[0].state.terminated.exitCode",
                            "pod",
                            "shell"))
                    .isEqualTo("3"));
    assertThat(kubectl.ok("logs", "shell", "-c", "debugger")).contains("joined");
    assertThat(kubectl.ok("get", "pod", "shell")).contains("1/1", "Running");
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "false"})
  void aProgramThatIsNotThereIsNamed(String overWebSocket) {
    var result = run(overWebSocket, "", "exec", "shell", "--", "no-such-program");

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.err())
        .contains("exec: \"no-such-program\": executable file not found in $PATH");
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "false"})
  void filesAreCopiedThereAndBack(String overWebSocket) throws IOException {
    long seed = System.nanoTime();
    var bytes = new byte[2_000_000];
    new Random(seed).nextBytes(bytes);
    var file = Files.write(data.resolve("sent-" + overWebSocket), bytes);
    var home = run(overWebSocket, "", "exec", "shell", "--", "sh", "-c", "pwd").out().strip();
    var there = home + "/copied-" + overWebSocket;
    var back = data.resolve("back-" + overWebSocket);

    assertThat(run(overWebSocket, "", "cp", file.toString(), "shell:" + there).ok()).isTrue();
    assertThat(run(overWebSocket, "", "cp", "shell:" + there, back.toString()).ok()).isTrue();

    assertThat(back).as("seed " + seed).hasSameBinaryContentAs(file);
  }

  /// kubectl itself gets a terminal from `script`, and gives its size on.
  @ParameterizedTest
  @ValueSource(strings = {"true", "false"})
  void aTerminalHasTheSizeOfTheUsers(String overWebSocket) {
    var words =
        "stty rows 33 cols 99; kubectl --kubeconfig "
            + data.resolve("kubeconfig")
            + " exec -it shell -- sh -c 'until stty size | grep -q ^33; do sleep 0.1; done; stty"
            + " size; tty; exit 5'";
    var result =
        Commands.run(
            List.of("script", "-qec", words, "/dev/null"),
            Map.of("KUBECTL_REMOTE_COMMAND_WEBSOCKETS", overWebSocket, "HOME", data.toString()),
            "");

    assertThat(result.exit()).as(result::toString).isEqualTo(5);
    assertThat(result.out()).contains("33 99").contains("/dev/pts/");
  }

  @Test
  void whatIsRunWithInputReadsTheUsers() {
    var result =
        kubectl.fed(
            "one two three\n",
            "run",
            "count",
            "-i",
            "--rm",
            "--restart=Never",
            "--image=busybox",
            "--",
            "wc",
            "-w");

    assertThat(result.ok()).as(result::toString).isTrue();
    assertThat(result.out()).startsWith("3\n");
  }

  @Test
  void oneWhoAttachesReadsAlong() throws IOException {
    kubectl.ok(
        "run",
        "talker",
        "--image=busybox",
        "--grace-period=1",
        "--command",
        "--",
        "sh",
        "-c",
        "while :; do echo tick; sleep 0.1; done");
    kubectl.ok("wait", "--for=condition=Ready", "pod/talker", "--timeout=60s");
    var attached = kubectl.start("attach", "talker");
    try (InputStream out = attached.getInputStream()) {
      assertThat(new String(out.readNBytes(10), StandardCharsets.UTF_8)).isEqualTo("tick\ntick\n");
    } finally {
      attached.destroy();
    }
    assertThat(kubectl.field(".status.phase", "pod/talker"))
        .as("it goes on without those who left")
        .isEqualTo("Running");
    kubectl.ok("delete", "pod", "talker", "--now");
  }

  @Test
  void aCommandWhoseClientLeavesEnds() throws Exception {
    var client = kubectl.start("exec", "shell", "--", "sh", "-c", "echo up; sleep 100000.25; :");
    try (var out = client.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.readLine()).isEqualTo("up");
      await().atMost(PATIENCE).until(() -> started("100000.25") > 0);
    } finally {
      client.destroy();
      client.waitFor();
    }

    await().atMost(PATIENCE).until(() -> started("100000.25") == 0);
  }

  /// How many `sleep` of so many seconds this machine runs, in whichever container.
  private static long started(String seconds) throws IOException {
    try (var all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      long found = 0;
      for (var each : all) {
        found += commandLine(each).equals("sleep\0" + seconds + "\0") ? 1 : 0;
      }
      return found;
    }
  }

  private static String commandLine(Path process) {
    try {
      return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
    } catch (IOException _) {
      return ""; // gone
    }
  }

  @Test
  void thePythonClientRunsACommand() {
    var result =
        Commands.run(
            List.of(
                "/usr/bin/python3",
                Path.of("src/test/python/exec.py").toString(),
                data.resolve("kubeconfig").toString(),
                "shell"),
            Map.of("PYTHONDONTWRITEBYTECODE", "1", "HOME", data.toString()),
            "");

    assertThat(result.ok()).as(result::toString).isTrue();
    assertThat(result.out()).isEqualTo("got a line\noh\n4\n");
  }
}
