package dev.slipway.apiserver.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.base.Json;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class NamespaceLifecycleTest {
  private final FakeCluster cluster = new FakeCluster();
  private final Requests requests =
      new Requests(cluster, new NamespaceLifecycle(cluster.objects()));

  @BeforeEach
  void oneNamespace() {
    cluster.create("{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'here'}}");
  }

  private static ObjectNode pod(String namespace) {
    return FakeCluster.manifest(
        "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p','namespace':'" + namespace + "'}}");
  }

  @Test
  void aMissingNamespaceIsNotFound() {
    ApiException refusal =
        catchThrowableOfType(
            ApiException.class, () -> requests.admit(requests.create(pod("gone"))));
    assertThat(refusal).hasMessage("namespaces \"gone\" not found");
    assertThat(refusal.code()).isEqualTo(404);
  }

  @Test
  void aTerminatingNamespaceTakesNothingNew() {
    cluster.delete("", "namespaces", "", "here", Json.object());
    ApiException refusal =
        catchThrowableOfType(
            ApiException.class, () -> requests.admit(requests.create(pod("here"))));
    assertThat(refusal)
        .hasMessage(
            "pods \"p\" is forbidden: unable to create new content in namespace here because it is"
                + " being terminated");
    assertThat(refusal.code()).isEqualTo(403);
    assertThat(refusal.toStatus().path("details").path("causes").path(0).path("reason").asString())
        .isEqualTo("NamespaceTerminating");
  }

  @Test
  void aTerminatingNamespaceLetsItsContentChangeAndGo() {
    cluster.delete("", "namespaces", "", "here", Json.object());
    assertThatCode(() -> requests.admit(requests.update(pod("here"), pod("here"))))
        .doesNotThrowAnyException();
    assertThatCode(() -> requests.admit(requests.delete(pod("here")))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"default", "kube-system", "kube-public"})
  void threeNamespacesNeverGo(String name) {
    ObjectNode namespace =
        FakeCluster.manifest(
            "{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'" + name + "'}}");
    assertThat(
            catchThrowableOfType(
                ApiException.class, () -> requests.admit(requests.delete(namespace))))
        .hasMessage("namespaces \"" + name + "\" is forbidden: this namespace may not be deleted");
  }
}
