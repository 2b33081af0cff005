package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Ending objects with kubectl: cascades, finalizers, namespaces, waiting.
final class KubectlDeletingTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @RegisterExtension static final LiveServer SERVER = new LiveServer();

  /// A ConfigMap `parent` and one `child` it owns.
  private static Kubectl family(String namespace) {
    Kubectl kubectl = SERVER.kubectl().fresh(namespace);
    kubectl.ok("create", "configmap", "parent");
    kubectl.apply(
        """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: child
          ownerReferences:
          - {apiVersion: v1, kind: ConfigMap, name: parent, uid: %s, blockOwnerDeletion: true}
        """
            .formatted(kubectl.field(".metadata.uid", "cm", "parent")));
    return kubectl;
  }

  private static void awaitGone(Kubectl kubectl, String name) {
    await().atMost(PATIENCE).until(() -> kubectl.run("get", "cm", name).err().contains("NotFound"));
  }

  @Test
  void backgroundTakesTheChildrenAfterwards() {
    Kubectl kubectl = family("background");

    assertThat(kubectl.ok("delete", "cm", "parent", "--cascade=background"))
        .startsWith("configmap \"parent\" deleted");

    awaitGone(kubectl, "child");
  }

  @Test
  void foregroundTakesTheChildrenFirst() {
    Kubectl kubectl = family("foreground");

    kubectl.ok("delete", "cm", "parent", "--cascade=foreground", "--timeout=60s");

    assertThat(kubectl.refused("get", "cm", "child")).contains("NotFound");
    assertThat(kubectl.refused("get", "cm", "parent")).contains("NotFound");
  }

  @Test
  void orphanLeavesTheChildrenWithoutAnOwner() {
    Kubectl kubectl = family("orphan");

    kubectl.ok("delete", "cm", "parent", "--cascade=orphan", "--timeout=60s");

    assertThat(kubectl.refused("get", "cm", "parent")).contains("NotFound");
    assertThat(kubectl.field(".metadata.ownerReferences", "cm", "child")).isEmpty();
  }

  @Test
  void aChildOfAnAbsentOwnerIsCollected() {
    Kubectl kubectl = SERVER.kubectl().fresh("absent-owner");
    kubectl.apply(
        """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: stray
          ownerReferences:
          - {apiVersion: v1, kind: ConfigMap, name: never, uid: 00000000-0000-0000-0000-000000000001}
        """);

    awaitGone(kubectl, "stray");
  }

  @Test
  void aFinalizerHoldsAnObjectUntilItIsTaken() {
    Kubectl kubectl = SERVER.kubectl().fresh("finalizer");
    kubectl.apply(
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: held, finalizers: [example.com/hold]}
        """);

    kubectl.ok("delete", "cm", "held", "--wait=false");
    assertThat(kubectl.field(".metadata.deletionTimestamp", "cm", "held")).isNotEmpty();
    kubectl.ok("patch", "cm", "held", "--type=merge", "-p", "{\"metadata\":{\"finalizers\":null}}");

    assertThat(kubectl.refused("get", "cm", "held")).contains("NotFound");
  }

  @Test
  void deletesBySelectorAndAll() {
    Kubectl kubectl = SERVER.kubectl().fresh("selected");
    for (String name : new String[] {"a", "b", "c"}) {
      kubectl.ok("create", "configmap", name);
    }
    kubectl.ok("label", "cm", "a", "b", "old=yes");

    String said = kubectl.ok("delete", "cm", "-l", "old");
    assertThat(said).contains("configmap \"a\" deleted", "configmap \"b\" deleted");
    assertThat(said).doesNotContain("\"c\"");
    kubectl.ok("delete", "cm", "--all");

    assertThat(kubectl.ok("get", "cm", "-o", "name")).doesNotContain("configmap/c");
  }

  @Test
  void aDeletedNamespaceIsEmptiedAndGone() {
    Kubectl kubectl = SERVER.kubectl().fresh("doomed");
    kubectl.ok("create", "configmap", "one");
    kubectl.ok("create", "deployment", "web", "--image=nginx");
    kubectl.ok("run", "pod", "--image=nginx");

    kubectl.ok("delete", "namespace", "doomed", "--timeout=60s");

    assertThat(kubectl.refused("get", "namespace", "doomed")).contains("NotFound");
    assertThat(kubectl.ok("get", "cm,deploy,pods", "-o", "name")).isEmpty();
    assertThat(kubectl.refused("create", "configmap", "late"))
        .contains("namespaces \"doomed\" not found");
  }

  @Test
  void aTerminatingNamespaceAdmitsNothingNew() {
    Kubectl kubectl = SERVER.kubectl().fresh("ending");
    kubectl.apply(
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: held, finalizers: [example.com/hold]}
        """);
    kubectl.ok("delete", "namespace", "ending", "--wait=false");

    assertThat(kubectl.field(".status.phase", "namespace", "ending")).isEqualTo("Terminating");
    assertThat(kubectl.refused("create", "configmap", "late"))
        .contains("is forbidden", "because it is being terminated");
    kubectl.ok("patch", "cm", "held", "--type=merge", "-p", "{\"metadata\":{\"finalizers\":null}}");
    kubectl.ok("wait", "--for=delete", "namespace/ending", "--timeout=60s");
  }

  @Test
  void theDefaultNamespaceStays() {
    assertThat(SERVER.kubectl().refused("delete", "namespace", "default"))
        .contains("Forbidden", "this namespace may not be deleted");
  }

  @Test
  void waitSeesAConditionAndAField() {
    Kubectl kubectl = SERVER.kubectl().fresh("waiting");
    kubectl.ok("run", "pod", "--image=nginx");

    assertThat(kubectl.refused("wait", "pod/pod", "--for=condition=Ready", "--timeout=1s"))
        .contains("timed out waiting for the condition");
    kubectl.ok(
        "patch",
        "pod",
        "pod",
        "--subresource=status",
        "--type=merge",
        "-p",
        """
        {"status":{"phase":"Running","conditions":[
          {"type":"Ready","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z"}]}}
        """);

    assertThat(kubectl.ok("wait", "pod/pod", "--for=condition=Ready", "--timeout=30s"))
        .isEqualTo("pod/pod condition met\n");
    assertThat(
            kubectl.ok(
                "wait", "pod/pod", "--for=jsonpath={.status.phase}=Running", "--timeout=30s"))
        .isEqualTo("pod/pod condition met\n");
  }
}
