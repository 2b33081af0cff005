package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Looking at objects and at the API itself with kubectl.
final class KubectlReadingTest {
  @RegisterExtension static final LiveServer SERVER = new LiveServer();

  private static final String TWO_PODS =
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: one, labels: {app: web, tier: front}}
      spec: {containers: [{name: main, image: nginx:1}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: two, labels: {app: web, tier: back}}
      spec: {nodeName: elsewhere, containers: [{name: main, image: nginx:2}]}
      """;

  @BeforeAll
  static void twoPods() {
    SERVER.kubectl().fresh("reading").apply(TWO_PODS);
  }

  private static Kubectl kubectl() {
    return SERVER.kubectl().in("reading");
  }

  @Test
  void getPrintsTheColumnsOfAPod() {
    String table = kubectl().ok("get", "pods");

    assertThat(table.lines().toList().getFirst().split("\\s+"))
        .containsExactly("NAME", "READY", "STATUS", "RESTARTS", "AGE");
    assertThat(table).containsPattern("one +0/1 +Pending +0 +\\d+s");
  }

  @Test
  void getWideAddsColumns() {
    assertThat(kubectl().ok("get", "pods", "-o", "wide").lines().toList().getFirst())
        .contains("IP", "NODE", "NOMINATED NODE", "READINESS GATES");
  }

  @Test
  void getPrintsEveryFormat() {
    Kubectl kubectl = kubectl();

    assertThat(kubectl.ok("get", "pod", "one", "-o", "yaml"))
        .contains("apiVersion: v1", "kind: Pod", "  name: one", "restartPolicy: Always");
    assertThat(kubectl.ok("get", "pods", "-o", "json")).contains("\"kind\": \"List\"");
    assertThat(kubectl.ok("get", "pods", "-o", "name")).isEqualTo("pod/one\npod/two\n");
    assertThat(kubectl.field(".items[*].spec.containers[*].image", "pods"))
        .isEqualTo("nginx:1 nginx:2");
    assertThat(
            kubectl.ok(
                "get", "pods", "-o", "custom-columns=N:.metadata.name,I:.spec.containers[0].image"))
        .isEqualTo("N     I\none   nginx:1\ntwo   nginx:2\n");
    assertThat(
            kubectl.ok(
                "get", "pods", "-o", "go-template={{range .items}}{{.metadata.name}};{{end}}"))
        .isEqualTo("one;two;");
    assertThat(kubectl.ok("get", "pods", "--no-headers", "--show-labels"))
        .contains("app=web,tier=front");
    assertThat(kubectl.ok("get", "pods", "-L", "tier").lines().toList().getFirst())
        .endsWith("TIER");
    assertThat(kubectl.ok("get", "pods", "--sort-by=.spec.containers[0].image", "-o", "name"))
        .isEqualTo("pod/one\npod/two\n");
  }

  @Test
  void selectsByLabelAndByField() {
    Kubectl kubectl = kubectl();

    assertThat(kubectl.ok("get", "pods", "-l", "tier=front", "-o", "name")).isEqualTo("pod/one\n");
    assertThat(kubectl.ok("get", "pods", "-l", "tier in (back),app", "-o", "name"))
        .isEqualTo("pod/two\n");
    assertThat(kubectl.ok("get", "pods", "-l", "!app", "-o", "name")).isEmpty();
    assertThat(kubectl.ok("get", "pods", "--field-selector", "metadata.name=two", "-o", "name"))
        .isEqualTo("pod/two\n");
    assertThat(
            kubectl.ok(
                "get",
                "pods",
                "--field-selector",
                "spec.nodeName!=elsewhere,status.phase=Pending",
                "-o",
                "name"))
        .isEqualTo("pod/one\n");
    assertThat(kubectl.refused("get", "pods", "--field-selector", "spec.unheard=of"))
        .contains("field label not supported: spec.unheard");
  }

  @Test
  void saysWhatIsNotThere() {
    Kubectl kubectl = kubectl();

    assertThat(kubectl.refused("get", "pod", "three"))
        .isEqualTo("Error from server (NotFound): pods \"three\" not found\n");
    assertThat(kubectl.refused("get", "unheardofs"))
        .contains("the server doesn't have a resource type \"unheardofs\"");
    assertThat(kubectl.run("get", "secrets").err())
        .isEqualTo("No resources found in reading namespace.\n");
  }

  @Test
  void watchPrintsAChangeAsItHappens() throws IOException {
    Kubectl kubectl = SERVER.kubectl().fresh("watching");
    var lines = new ConcurrentLinkedQueue<String>();
    Process watch = kubectl.start("get", "configmaps", "-w", "-o", "name");
    BufferedReader reader = watch.inputReader();
    try {
      Thread.ofVirtual().start(() -> reader.lines().forEach(lines::add));
      kubectl.ok("create", "configmap", "seen");

      await().atMost(Duration.ofSeconds(30)).until(() -> lines.contains("configmap/seen"));
    } finally {
      watch.destroyForcibly();
    }
  }

  @Test
  void describeTellsAPodAndItsEvents() {
    kubectl()
        .apply(
            """
            apiVersion: v1
            kind: Event
            metadata: {name: one.1}
            involvedObject: {apiVersion: v1, kind: Pod, name: one, namespace: reading}
            type: Warning
            reason: Unlucky
            message: the stars were wrong
            firstTimestamp: "2026-01-01T00:00:00Z"
            lastTimestamp: "2026-01-01T00:00:00Z"
            count: 2
            """);

    assertThat(kubectl().ok("describe", "pod", "one"))
        .contains("Name:", "one", "Labels:", "app=web", "Image:", "nginx:1", "QoS Class:");
    assertThat(kubectl().ok("events", "--for=pod/one"))
        .contains("Warning", "Unlucky", "Pod/one", "the stars were wrong");
    assertThat(kubectl().ok("get", "events").lines().toList().getFirst().split("\\s+"))
        .containsExactly("LAST", "SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE");
    assertThat(kubectl().ok("describe", "namespace", "reading")).contains("Status:", "Active");
  }

  @Test
  void explainsFieldsOfBuiltInKinds() {
    Kubectl kubectl = kubectl();

    assertThat(kubectl.ok("explain", "pod.spec.containers"))
        .contains("KIND:       Pod", "VERSION:    v1", "FIELD: containers", "image", "<string>");
    assertThat(kubectl.ok("explain", "deployment.spec.strategy.type"))
        .contains("GROUP:      apps", "KIND:       Deployment", "FIELD: type");
    assertThat(kubectl.ok("explain", "deployment", "--recursive")).contains("rollingUpdate");
    assertThat(kubectl.refused("explain", "pod.spec.unheard"))
        .contains("field \"unheard\" does not exist");
  }

  @Test
  void listsWhatTheApiServes() {
    Kubectl kubectl = kubectl();

    String resources = kubectl.ok("api-resources", "-o", "wide");
    assertThat(resources).containsPattern("deployments +deploy +apps/v1 +true +Deployment +create");
    assertThat(resources).containsPattern("nodes +no +v1 +false +Node");
    assertThat(kubectl.ok("api-resources", "--namespaced=false", "-o", "name").lines())
        .contains("namespaces", "customresourcedefinitions.apiextensions.k8s.io")
        .doesNotContain("pods");
    assertThat(kubectl.ok("api-versions").lines())
        .contains("v1", "apps/v1", "batch/v1", "rbac.authorization.k8s.io/v1", "autoscaling/v2");
    assertThat(kubectl.ok("version")).contains("Server Version: v1.36");
    assertThat(kubectl.ok("cluster-info")).contains("is running at");
  }

  @Test
  void rawPathsAnswerAsTheyAre() {
    Kubectl kubectl = kubectl();

    assertThat(kubectl.ok("get", "--raw", "/healthz")).isEqualTo("ok");
    assertThat(kubectl.ok("get", "--raw", "/readyz?verbose")).contains("readyz check passed");
    assertThat(kubectl.ok("get", "--raw", "/version")).contains("\"gitVersion\"");
    assertThat(kubectl.ok("get", "--raw", "/api/v1/namespaces/reading/pods/one"))
        .contains("\"kind\":\"Pod\"");
    assertThat(kubectl.ok("get", "--raw", "/metrics")).contains("# TYPE");
    assertThat(kubectl.refused("get", "--raw", "/apis/unheard.of/v1/things"))
        .contains("the server could not find the requested resource");
  }

  @Test
  void listsInPages() {
    Kubectl kubectl = SERVER.kubectl().fresh("pages");
    for (int i = 0; i < 5; i++) {
      kubectl.ok("create", "configmap", "page-" + i);
    }

    assertThat(kubectl.ok("get", "cm", "--chunk-size=2", "-o", "name").lines())
        .filteredOn(name -> name.contains("page-"))
        .containsExactly(
            "configmap/page-0",
            "configmap/page-1",
            "configmap/page-2",
            "configmap/page-3",
            "configmap/page-4");
  }

  @Test
  void runsNothingInAPodNobodyPlaced() {
    Kubectl kubectl = SERVER.kubectl().fresh("unplaced");

    assertThat(kubectl.ok("run", "idle", "--image=nginx")).isEqualTo("pod/idle created\n");
    assertThat(kubectl.refused("exec", "idle", "--", "true"))
        .contains("pod idle does not have a host assigned");
    assertThat(kubectl.refused("cp", "idle:/etc/hostname", "/tmp/slipway-never"))
        .contains("does not have a host assigned");
    assertThat(kubectl.run("logs", "idle").ok()).isTrue();
    assertThat(kubectl.refused("logs", "idle", "-c", "absent"))
        .contains("container absent is not valid for pod idle");
    assertThat(kubectl.refused("port-forward", "idle", "0:80"))
        .contains("pod is not running. Current status=Pending");
  }
}
