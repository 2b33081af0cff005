package dev.slipway.apiserver.loops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.apiserver.admission.FakeCluster;
import dev.slipway.base.Json;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class GarbageCollectorTest {
  private final FakeCluster cluster = new FakeCluster();
  private final Changes changes = new Changes(cluster.objects(), cluster);
  private final GarbageCollector collector =
      new GarbageCollector(
          cluster.objects(),
          cluster,
          new EventWriter(cluster, InstantSource.system(), "garbage-collector-controller"));

  @BeforeEach
  void listen() {
    changes.listen(collector);
    collector.start();
  }

  @AfterEach
  void stop() {
    changes.close();
    collector.close();
  }

  private ObjectNode owner(String name) {
    return cluster.create(
        "{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'%s','namespace':'n'}}"
            .formatted(name));
  }

  private static String reference(ObjectNode owner, boolean blocks) {
    return "{'apiVersion':'%s','kind':'%s','name':'%s','uid':'%s','blockOwnerDeletion':%s}"
        .formatted(
            Json.text(owner, "apiVersion"),
            Json.text(owner, "kind"),
            Json.text(owner, "metadata", "name"),
            Json.text(owner, "metadata", "uid"),
            blocks);
  }

  private ObjectNode dependent(String name, String references, String more) {
    return cluster.create(
        ("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'%s','namespace':'n',"
                + "'ownerReferences':[%s]%s}}")
            .formatted(name, references, more));
  }

  private boolean exists(String name) {
    return cluster.get("", "configmaps", "n", name).isPresent();
  }

  private void delete(String name, String policy) {
    cluster.delete(
        "apps", "deployments", "n", name, Json.object().put("propagationPolicy", policy));
  }

  @Test
  void dependentsGoWithTheirOwner() {
    ObjectNode owner = owner("o");
    dependent("d", reference(owner, false), "");
    changes.start();
    delete("o", "Background");
    await().until(() -> !exists("d"));
  }

  @Test
  void aDependentBornAfterItsOwnersDeathGoesToo() {
    ObjectNode owner = owner("o");
    delete("o", "Background");
    changes.start();
    dependent("d", reference(owner, false), "");
    await().until(() -> !exists("d"));
  }

  @Test
  void anOwnerOfTheSameNameButAnotherUidIsNoOwner() {
    ObjectNode owner = owner("o");
    delete("o", "Background");
    owner("o");
    dependent("d", reference(owner, false), "");
    changes.start();
    await().until(() -> !exists("d"));
  }

  @Test
  void oneLivingOwnerIsEnoughAndTheDeadOneIsDropped() {
    ObjectNode dead = owner("dead");
    ObjectNode alive = owner("alive");
    dependent("d", reference(dead, false) + "," + reference(alive, false), "");
    changes.start();
    delete("dead", "Background");
    await()
        .until(
            () ->
                cluster
                        .get("", "configmaps", "n", "d")
                        .orElseThrow()
                        .at("/metadata/ownerReferences")
                        .size()
                    == 1);
    assertThat(exists("d")).isTrue();
  }

  @Test
  void aForegroundDeletionWaitsForBlockingDependentsOnly() {
    ObjectNode owner = owner("o");
    dependent("blocking", reference(owner, true), ",'finalizers':['example.com/hold']");
    dependent("free", reference(owner, false), "");
    changes.start();
    delete("o", "Foreground");
    await()
        .until(
            () ->
                Meta.of(
                        cluster
                            .get("", "configmaps", "n", "blocking")
                            .orElseThrow()
                            .path("metadata"))
                    .leaving());
    assertThat(cluster.get("apps", "deployments", "n", "o")).isPresent();
    ObjectNode held = cluster.get("", "configmaps", "n", "blocking").orElseThrow();
    Json.ensureObject(held, "metadata").remove("finalizers");
    cluster.update("", "configmaps", held);
    await().until(() -> cluster.get("apps", "deployments", "n", "o").isEmpty());
    await().until(() -> !exists("blocking") && !exists("free"));
  }

  @Test
  void anOrphaningDeletionSetsDependentsFree() {
    ObjectNode owner = owner("o");
    dependent("d", reference(owner, true), "");
    changes.start();
    await().until(() -> !collector.dependentsOf(Json.text(owner, "metadata", "uid")).isEmpty());
    delete("o", "Orphan");
    await().until(() -> cluster.get("apps", "deployments", "n", "o").isEmpty());
    assertThat(
            cluster
                .get("", "configmaps", "n", "d")
                .orElseThrow()
                .path("metadata")
                .has("ownerReferences"))
        .isFalse();
  }

  @Test
  void aClusterScopedObjectCannotBeOwnedFromANamespaceAndAnEventSaysSo() {
    ObjectNode owner = owner("o");
    cluster.create(
        "{'apiVersion':'v1','kind':'Node','metadata':{'name':'node','ownerReferences':["
            + reference(owner, false)
            + "]}}");
    changes.start();
    await().until(() -> !cluster.list("", "events", "default").isEmpty());
    ObjectNode event = cluster.list("", "events", "default").getFirst();
    assertThat(Json.text(event, "reason")).isEqualTo("OwnerRefInvalidNamespace");
    assertThat(cluster.get("", "nodes", "", "node")).isPresent();
  }

  @Test
  void kindsThatAppearLaterAreCollectedToo() {
    changes.start();
    cluster.serve(FakeCluster.resource("example.com", "v1", "Widget", "widgets", true));
    ObjectNode owner =
        cluster.create(
            "{'apiVersion':'example.com/v1','kind':'Widget','metadata':{'name':'w','namespace':'n'}}");
    dependent("d", reference(owner, false), "");
    await().until(() -> !collector.dependentsOf(Json.text(owner, "metadata", "uid")).isEmpty());
    cluster.delete("example.com", "widgets", "n", "w", Json.object());
    await().until(() -> !exists("d"));
  }

  @Test
  void anOwnerOfAnUnknownKindIsGivenTheBenefitOfTheDoubt() {
    dependent("d", "{'apiVersion':'gone.example.com/v1','kind':'Gone','name':'g','uid':'u'}", "");
    dependent("canary", "{'apiVersion':'apps/v1','kind':'Deployment','name':'g','uid':'u'}", "");
    changes.start();
    await().until(() -> !exists("canary"));
    assertThat(exists("d")).isTrue();
  }

  @Test
  void objectsThatOwnEachOtherDoNotWaitForEver() {
    ObjectNode owner = owner("o");
    ObjectNode child = dependent("child", reference(owner, true), "");
    ObjectNode latest = cluster.get("apps", "deployments", "n", "o").orElseThrow();
    Json.ensureObject(latest, "metadata")
        .putArray("ownerReferences")
        .add(FakeCluster.manifest(reference(child, true)));
    cluster.update("apps", "deployments", latest);
    changes.start();
    await().until(() -> !collector.dependentsOf(Json.text(child, "metadata", "uid")).isEmpty());
    await().until(() -> !collector.dependentsOf(Json.text(owner, "metadata", "uid")).isEmpty());
    delete("o", "Foreground");
    await().until(() -> cluster.get("apps", "deployments", "n", "o").isEmpty() && !exists("child"));
  }

  @Test
  void thousandsOfDependentsGo() {
    ObjectNode owner = owner("o");
    for (int i = 0; i < 2_000; i++) {
      dependent("d" + i, reference(owner, false), "");
    }
    changes.start();
    delete("o", "Background");
    await().atMost(Duration.ofSeconds(60)).until(() -> cluster.objects().count("configmaps") == 0);
    await().until(() -> collector.dependentsOf(Json.text(owner, "metadata", "uid")).isEmpty());
  }
}
