package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kubernetes.client.custom.V1Patch;
import io.kubernetes.client.informer.ResourceEventHandler;
import io.kubernetes.client.informer.SharedIndexInformer;
import io.kubernetes.client.informer.SharedInformerFactory;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ConfigMapList;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.KubeConfig;
import io.kubernetes.client.util.PatchUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The official Java client and its informer.
final class OfficialClientTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @RegisterExtension static final LiveServer SERVER = new LiveServer();

  private static ApiClient client() throws IOException {
    try (var reader = Files.newBufferedReader(SERVER.kubeconfig())) {
      return ClientBuilder.kubeconfig(KubeConfig.loadKubeConfig(reader))
          .setReadTimeout(Duration.ZERO)
          .build();
    }
  }

  private static V1ConfigMap words(String name, Map<String, String> data) {
    return new V1ConfigMap().metadata(new V1ObjectMeta().name(name)).data(data);
  }

  private static void namespace(CoreV1Api api, String name) throws ApiException {
    api.createNamespace(new V1Namespace().metadata(new V1ObjectMeta().name(name))).execute();
  }

  @Test
  void createsReadsReplacesPatchesListsAndDeletes() throws Exception {
    ApiClient client = client();
    var api = new CoreV1Api(client);
    namespace(api, "official");

    V1ConfigMap made =
        api.createNamespacedConfigMap("official", words("a", Map.of("x", "1"))).execute();
    made.putDataItem("x", "2");
    V1ConfigMap replaced = api.replaceNamespacedConfigMap("a", "official", made).execute();
    V1ConfigMap patched =
        PatchUtils.patch(
            V1ConfigMap.class,
            () ->
                api.patchNamespacedConfigMap(
                        "a", "official", new V1Patch("{\"data\":{\"y\":\"3\"}}"))
                    .buildCall(null),
            V1Patch.PATCH_FORMAT_STRATEGIC_MERGE_PATCH,
            client);

    assertThat(replaced.getData()).isEqualTo(Map.of("x", "2"));
    assertThat(patched.getData()).isEqualTo(Map.of("x", "2", "y", "3"));
    assertThat(api.readNamespacedConfigMap("a", "official").execute().getData())
        .isEqualTo(patched.getData());
    assertThat(api.listNamespacedConfigMap("official").execute().getItems())
        .extracting(OfficialClientTest::name)
        .contains("a");
    assertThat(api.deleteNamespacedConfigMap("a", "official").execute().getStatus())
        .isEqualTo("Success");
    assertThatThrownBy(() -> api.readNamespacedConfigMap("a", "official").execute())
        .isInstanceOfSatisfying(
            ApiException.class, refused -> assertThat(refused.getCode()).isEqualTo(404));
  }

  @Test
  void anInformerCatchesUpAfterTheServerWentAway() throws Exception {
    ApiClient client = client();
    var api = new CoreV1Api(client);
    namespace(api, "official-informed");
    api.createNamespacedConfigMap("official-informed", words("before", Map.of())).execute();
    var seen = new ConcurrentLinkedQueue<String>();
    var factory = new SharedInformerFactory(client);
    SharedIndexInformer<V1ConfigMap> informer =
        factory.sharedIndexInformerFor(
            asked ->
                api.listNamespacedConfigMap("official-informed")
                    .resourceVersion(asked.resourceVersion)
                    .timeoutSeconds(asked.timeoutSeconds)
                    .watch(asked.watch)
                    .buildCall(null),
            V1ConfigMap.class,
            V1ConfigMapList.class);
    informer.addEventHandler(handler(seen));
    factory.startAllRegisteredInformers();
    try {
      await().atMost(PATIENCE).until(() -> seen.contains("added before"));

      SERVER.restart();
      Kubectl kubectl = SERVER.kubectl().in("official-informed");
      kubectl.ok("create", "configmap", "after");
      kubectl.ok("delete", "configmap", "before");

      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(seen).contains("added after", "deleted before"));
    } finally {
      factory.stopAllRegisteredInformers();
    }
  }

  private static String name(V1ConfigMap map) {
    return Objects.requireNonNull(Objects.requireNonNull(map.getMetadata()).getName());
  }

  private static ResourceEventHandler<V1ConfigMap> handler(ConcurrentLinkedQueue<String> seen) {
    return new ResourceEventHandler<>() {
      @Override
      public void onAdd(V1ConfigMap map) {
        seen.add("added " + name(map));
      }

      @Override
      public void onUpdate(V1ConfigMap before, V1ConfigMap after) {
        seen.add("updated " + name(after));
      }

      @Override
      public void onDelete(V1ConfigMap map, boolean finalStateUnknown) {
        seen.add("deleted " + name(map));
      }
    };
  }
}
