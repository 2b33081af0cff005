package dev.slipway.apiserver.loops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.apiserver.admission.FakeCluster;
import dev.slipway.base.Json;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class NamespaceLoopTest {
  private final FakeCluster cluster = new FakeCluster();
  private final Changes changes = new Changes(cluster.objects(), cluster);
  private final NamespaceLoop loop =
      new NamespaceLoop(cluster.objects(), cluster, InstantSource.system());

  @BeforeEach
  void start() {
    cluster.create("{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'n'}}");
    changes.listen(loop);
    loop.start();
    changes.start();
  }

  @AfterEach
  void stop() {
    changes.close();
    loop.close();
  }

  private void create(String apiVersion, String kind, String name, String metadata) {
    cluster.create(
        "{'apiVersion':'%s','kind':'%s','metadata':{'name':'%s','namespace':'n'%s}}"
            .formatted(apiVersion, kind, name, metadata));
  }

  private boolean isGone() {
    return cluster.get("", "namespaces", "", "n").isEmpty();
  }

  private void deleteNamespace() {
    cluster.delete("", "namespaces", "", "n", Json.object());
  }

  @Test
  void allContentGoesThenTheNamespace() {
    cluster.serve(FakeCluster.resource("example.com", "v1", "Widget", "widgets", true));
    create("v1", "Pod", "p", "");
    create("v1", "ConfigMap", "c", "");
    create("apps/v1", "Deployment", "d", "");
    create("example.com/v1", "Widget", "w", "");
    deleteNamespace();
    await().until(this::isGone);
    assertThat(cluster.list("", "pods", "n")).isEmpty();
    assertThat(cluster.list("example.com", "widgets", "n")).isEmpty();
  }

  @Test
  void otherNamespacesKeepTheirContent() {
    cluster.create(
        "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'c','namespace':'other'}}");
    deleteNamespace();
    await().until(this::isGone);
    assertThat(cluster.list("", "configmaps", "other")).hasSize(1);
  }

  @Test
  void contentWithFinalizersHoldsTheNamespaceAndTheConditionsTellWhy() {
    create("v1", "ConfigMap", "c", ",'finalizers':['example.com/hold']");
    deleteNamespace();
    await()
        .untilAsserted(
            () -> {
              assertThat(condition("NamespaceContentRemaining"))
                  .isEqualTo(
                      "True SomeResourcesRemain Some resources are remaining: configmaps. has 1"
                          + " resource instances");
              assertThat(condition("NamespaceFinalizersRemaining"))
                  .isEqualTo(
                      "True SomeFinalizersRemain Some content in the namespace has finalizers"
                          + " remaining: example.com/hold in 1 resource instances");
              assertThat(condition("NamespaceDeletionContentFailure"))
                  .startsWith("False ContentDeleted");
            });
    ObjectNode held = cluster.get("", "configmaps", "n", "c").orElseThrow();
    Json.ensureObject(held, "metadata").remove("finalizers");
    cluster.update("", "configmaps", held);
    await().until(this::isGone);
  }

  @Test
  void podsGoBeforeWhatTheyHoldOnTo() {
    create("v1", "Pod", "p", ",'finalizers':['example.com/hold']");
    create("v1", "Secret", "s", "");
    deleteNamespace();
    await().until(() -> condition("NamespaceContentRemaining").contains("pods. has 1"));
    assertThat(cluster.list("", "secrets", "n")).hasSize(1);
  }

  private String condition(String type) {
    JsonNode namespace = cluster.get("", "namespaces", "", "n").orElse(Json.object());
    for (JsonNode each : Json.at(namespace, "status", "conditions")) {
      if (Json.text(each, "type").equals(type)) {
        return "%s %s %s"
            .formatted(
                Json.text(each, "status"), Json.text(each, "reason"), Json.text(each, "message"));
      }
    }
    return "";
  }
}
