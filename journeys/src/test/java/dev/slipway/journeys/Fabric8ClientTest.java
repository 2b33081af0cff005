package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The fabric8 client, with the JDK's HTTP beneath it.
final class Fabric8ClientTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @RegisterExtension static final LiveServer SERVER = new LiveServer();

  private static final List<KubernetesClient> OPENED = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void connect() {
    Config config = Config.fromKubeconfig(SERVER.kubeconfig().toFile());
    OPENED.add(new KubernetesClientBuilder().withConfig(config).build());
  }

  @AfterAll
  static void disconnect() {
    OPENED.forEach(KubernetesClient::close);
  }

  private static KubernetesClient client() {
    return OPENED.getFirst();
  }

  private static String namespace(String name) {
    client()
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
    return name;
  }

  private static ConfigMap words(String name, Map<String, String> data) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withData(data)
        .build();
  }

  @Test
  void createsReadsUpdatesPatchesAndDeletesTypedObjects() {
    String namespace = namespace("typed");
    var deployments = client().apps().deployments().inNamespace(namespace);
    Deployment made = deployments.resource(web()).create();

    Deployment scaled = deployments.withName("web").scale(3);
    Deployment edited =
        deployments
            .withName("web")
            .edit(
                before ->
                    new DeploymentBuilder(before)
                        .editMetadata()
                        .addToLabels("a", "b")
                        .endMetadata()
                        .build());
    Deployment patched =
        deployments
            .withName("web")
            .patch(
                PatchContext.of(PatchType.STRATEGIC_MERGE),
                """
                {"spec":{"template":{"spec":{"containers":[{"name":"main","image":"nginx:2"}]}}}}
                """);

    assertThat(made.getMetadata().getUid()).isNotEmpty();
    assertThat(made.getSpec().getStrategy().getType()).isEqualTo("RollingUpdate");
    assertThat(scaled.getSpec().getReplicas()).isEqualTo(3);
    assertThat(edited.getMetadata().getLabels()).containsEntry("a", "b");
    assertThat(patched.getSpec().getTemplate().getSpec().getContainers().getFirst().getImage())
        .isEqualTo("nginx:2");
    assertThat(deployments.list().getItems()).hasSize(1);
    deployments.withName("web").delete();
    await().atMost(PATIENCE).until(() -> deployments.withName("web").get() == null);
  }

  private static Deployment web() {
    return new DeploymentBuilder()
        .withNewMetadata()
        .withName("web")
        .endMetadata()
        .withNewSpec()
        .withReplicas(1)
        .withNewSelector()
        .addToMatchLabels("app", "web")
        .endSelector()
        .withNewTemplate()
        .withNewMetadata()
        .addToLabels("app", "web")
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("main")
        .withImage("nginx:1")
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }

  @Test
  void appliesOnTheServer() {
    String namespace = namespace("applied");
    var maps = client().configMaps().inNamespace(namespace);

    ConfigMap first = maps.resource(words("a", Map.of("x", "1"))).serverSideApply();
    ConfigMap second = maps.resource(words("a", Map.of("y", "2"))).serverSideApply();

    assertThat(first.getData()).isEqualTo(Map.of("x", "1"));
    assertThat(second.getData()).isEqualTo(Map.of("y", "2"));
  }

  @Test
  void aStaleUpdateConflicts() {
    String namespace = namespace("stale");
    var maps = client().configMaps().inNamespace(namespace);
    ConfigMap first = maps.resource(words("a", Map.of("x", "1"))).create();
    maps.resource(new ConfigMapBuilder(first).addToData("x", "2").build()).update();

    assertThatThrownBy(
            () -> maps.resource(new ConfigMapBuilder(first).addToData("x", "3").build()).update())
        .isInstanceOfSatisfying(
            KubernetesClientException.class,
            refused -> assertThat(refused.getCode()).isEqualTo(409))
        .hasMessageContaining("the object has been modified");
  }

  @Test
  void speaksOfKindsItHasNoClassFor() {
    String namespace = namespace("generic");
    var services =
        client()
            .genericKubernetesResources("serving.kserve.io/v1beta1", "InferenceService")
            .inNamespace(namespace);
    var iris = new GenericKubernetesResource();
    iris.setApiVersion("serving.kserve.io/v1beta1");
    iris.setKind("InferenceService");
    iris.setMetadata(words("iris", Map.of()).getMetadata());
    iris.setAdditionalProperty(
        "spec", Map.of("predictor", Map.of("sklearn", Map.of("storageUri", "file:///iris"))));

    services.resource(iris).create();

    GenericKubernetesResource found = services.withName("iris").get();
    assertThat((String) found.get("spec", "predictor", "sklearn", "storageUri"))
        .isEqualTo("file:///iris");
    assertThat(services.list().getItems()).hasSize(1);
    assertThat(services.withName("iris").delete()).isNotEmpty();
  }

  @Test
  void watchesOverAWebSocket() {
    String namespace = namespace("watched");
    var seen = new ConcurrentLinkedQueue<String>();
    var maps = client().configMaps().inNamespace(namespace);
    try (var _ = maps.withLabel("follow", "yes").watch(recorder(seen))) {
      ConfigMap followed =
          new ConfigMapBuilder(words("a", Map.of()))
              .editMetadata()
              .addToLabels("follow", "yes")
              .endMetadata()
              .build();
      maps.resource(words("ignored", Map.of())).create();
      maps.resource(followed).create();
      maps.withName("a").edit(before -> new ConfigMapBuilder(before).addToData("x", "1").build());
      maps.withName("a").delete();

      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> assertThat(seen).containsExactly("ADDED a", "MODIFIED a", "DELETED a"));
    }
  }

  private static Watcher<ConfigMap> recorder(ConcurrentLinkedQueue<String> seen) {
    return new Watcher<>() {
      @Override
      public void eventReceived(Action action, ConfigMap map) {
        seen.add(action + " " + map.getMetadata().getName());
      }

      @Override
      public void onClose(WatcherException cause) {
        seen.add("closed " + cause.getMessage());
      }
    };
  }

  @Test
  void anInformerCatchesUpAfterTheServerWentAway() {
    String namespace = namespace("informed");
    var maps = client().configMaps().inNamespace(namespace);
    maps.resource(words("before", Map.of())).create();
    var seen = new ConcurrentLinkedQueue<String>();
    try (SharedIndexInformer<ConfigMap> informer = maps.inform(handler(seen))) {
      await().atMost(PATIENCE).until(() -> seen.contains("added before"));

      SERVER.restart();
      Kubectl kubectl = SERVER.kubectl().in(namespace);
      kubectl.ok("create", "configmap", "after");
      kubectl.ok("delete", "configmap", "before");

      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(seen).contains("added after", "deleted before"));
      assertThat(informer.getStore().list())
          .extracting(each -> each.getMetadata().getName())
          .contains("after")
          .doesNotContain("before");
      assertThat(seen.stream().filter("added before"::equals)).hasSize(1);
    }
  }

  private static ResourceEventHandler<ConfigMap> handler(ConcurrentLinkedQueue<String> seen) {
    return new ResourceEventHandler<>() {
      @Override
      public void onAdd(ConfigMap map) {
        seen.add("added " + map.getMetadata().getName());
      }

      @Override
      public void onUpdate(ConfigMap before, ConfigMap after) {
        seen.add("updated " + after.getMetadata().getName());
      }

      @Override
      public void onDelete(ConfigMap map, boolean finalStateUnknown) {
        seen.add("deleted " + map.getMetadata().getName());
      }
    };
  }

  @Test
  void readsWhatTheServerJudged() {
    String namespace = namespace("judged");
    assertThatThrownBy(
            () ->
                client()
                    .pods()
                    .inNamespace(namespace)
                    .resource(
                        new PodBuilder()
                            .withNewMetadata()
                            .withName("Bad_Name")
                            .endMetadata()
                            .withNewSpec()
                            .addNewContainer()
                            .withName("main")
                            .withImage("nginx")
                            .endContainer()
                            .endSpec()
                            .build())
                    .create())
        .isInstanceOfSatisfying(
            KubernetesClientException.class,
            refused -> {
              assertThat(refused.getCode()).isEqualTo(422);
              assertThat(refused.getStatus().getReason()).isEqualTo("Invalid");
              assertThat(refused.getStatus().getDetails().getCauses().getFirst().getField())
                  .isEqualTo("metadata.name");
            });
  }
}
