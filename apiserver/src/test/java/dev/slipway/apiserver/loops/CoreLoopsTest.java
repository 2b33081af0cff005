package dev.slipway.apiserver.loops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.apiserver.admission.FakeCluster;
import dev.slipway.apiserver.store.Objects;
import dev.slipway.base.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class CoreLoopsTest {
  private final FakeCluster cluster = new FakeCluster();
  private final CoreLoops loops =
      new CoreLoops(
          cluster.objects(),
          cluster,
          new CoreLoops.Parts(
              "PEM",
              (account, _) -> "token-of-" + Json.text(account, "metadata", "name"),
              (_, _, _) ->
                  FakeCluster.manifest("{'conditions':[{'type':'Established','status':'True'}]}")),
          InstantSource.system());

  @BeforeEach
  void start() {
    cluster.create("{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'n'}}");
    loops.start();
  }

  @AfterEach
  void stop() {
    loops.close();
  }

  private ObjectNode await(String group, String plural, String name) {
    Awaitility.await().until(() -> cluster.get(group, plural, "n", name).isPresent());
    return cluster.get(group, plural, "n", name).orElseThrow();
  }

  @Test
  void everyNamespaceHasAnAccountAndTheAuthoritysCertificateAndKeepsThem() {
    await("", "serviceaccounts", "default");
    assertThat(Json.text(await("", "configmaps", "kube-root-ca.crt"), "data", "ca.crt"))
        .isEqualTo("PEM");
    cluster.delete("", "serviceaccounts", "n", "default", Json.object());
    await("", "serviceaccounts", "default");
    ObjectNode spoiled = await("", "configmaps", "kube-root-ca.crt");
    Json.ensureObject(spoiled, "data").put("ca.crt", "other");
    cluster.update("", "configmaps", spoiled);
    Awaitility.await()
        .until(
            () ->
                Json.text(
                        cluster.get("", "configmaps", "n", "kube-root-ca.crt").orElseThrow(),
                        "data",
                        "ca.crt")
                    .equals("PEM"));
  }

  @Test
  void aTokenSecretIsFilledAndGoesWithItsAccount() {
    cluster.create(
        "{'apiVersion':'v1','kind':'ServiceAccount','metadata':{'name':'robot','namespace':'n'}}");
    cluster.create(
        "{'apiVersion':'v1','kind':'Secret','type':'kubernetes.io/service-account-token',"
            + "'metadata':{'name':'s','namespace':'n','annotations':"
            + "{'kubernetes.io/service-account.name':'robot'}}}");
    Awaitility.await().until(() -> cluster.get("", "secrets", "n", "s").orElseThrow().has("data"));
    ObjectNode secret = cluster.get("", "secrets", "n", "s").orElseThrow();
    assertThat(decoded(secret, "token")).isEqualTo("token-of-robot");
    assertThat(decoded(secret, "ca.crt")).isEqualTo("PEM");
    assertThat(decoded(secret, "namespace")).isEqualTo("n");
    cluster.delete("", "serviceaccounts", "n", "robot", Json.object());
    Awaitility.await().until(() -> cluster.get("", "secrets", "n", "s").isEmpty());
  }

  private static String decoded(ObjectNode secret, String field) {
    return new String(
        Base64.getDecoder().decode(Json.text(secret, "data", field)), StandardCharsets.UTF_8);
  }

  @Test
  void aQuotaTellsWhatIsUsed() {
    cluster.create(
        "{'apiVersion':'v1','kind':'ResourceQuota','metadata':{'name':'q','namespace':'n'},"
            + "'spec':{'hard':{'pods':'2','requests.cpu':'1'}}}");
    cluster.create(
        "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p','namespace':'n'},'spec':"
            + "{'containers':[{'name':'c','resources':{'requests':{'cpu':'250m'}}}]}}");
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(
                        cluster
                            .get("", "resourcequotas", "n", "q")
                            .orElseThrow()
                            .path("status")
                            .toString())
                    .isEqualTo(
                        "{\"hard\":{\"pods\":\"2\",\"requests.cpu\":\"1\"},"
                            + "\"used\":{\"pods\":\"1\",\"requests.cpu\":\"250m\"}}"));
    cluster.delete("", "pods", "n", "p", Json.object());
    Awaitility.await()
        .until(
            () ->
                cluster
                    .get("", "resourcequotas", "n", "q")
                    .orElseThrow()
                    .at("/status/used/pods")
                    .asString()
                    .equals("0"));
  }

  @Test
  void aDefinitionIsEstablishedAndTakesItsObjectsAlong() {
    cluster.serve(FakeCluster.resource("example.com", "v1", "Widget", "widgets", true));
    cluster.create(
        "{'apiVersion':'apiextensions.k8s.io/v1','kind':'CustomResourceDefinition','metadata':"
            + "{'name':'widgets.example.com'},'spec':{'group':'example.com','scope':'Namespaced',"
            + "'names':{'plural':'widgets','singular':'widget','kind':'Widget','listKind':'WidgetList'},"
            + "'versions':[{'name':'v1','served':true,'storage':true}]}}");
    cluster.create(
        "{'apiVersion':'example.com/v1','kind':'Widget','metadata':{'name':'w','namespace':'n'}}");
    Awaitility.await()
        .until(() -> definition().at("/status/conditions").toString().contains("Established"));
    assertThat(definition().at("/metadata/finalizers").toString())
        .contains(DefinitionLoop.FINALIZER);
    cluster.delete(
        "apiextensions.k8s.io",
        "customresourcedefinitions",
        "",
        "widgets.example.com",
        Json.object());
    Awaitility.await()
        .until(
            () ->
                cluster
                    .get(
                        "apiextensions.k8s.io",
                        "customresourcedefinitions",
                        "",
                        "widgets.example.com")
                    .isEmpty());
    assertThat(cluster.list("example.com", "widgets", "n")).isEmpty();
  }

  private ObjectNode definition() {
    return cluster
        .get("apiextensions.k8s.io", "customresourcedefinitions", "", "widgets.example.com")
        .orElseThrow();
  }

  @Test
  void anAggregatingRoleGathersRules() {
    cluster.create(
        "{'apiVersion':'rbac.authorization.k8s.io/v1','kind':'ClusterRole','metadata':{'name':'all'},"
            + "'aggregationRule':{'clusterRoleSelectors':[{'matchLabels':{'into':'all'}}]}}");
    cluster.create(
        "{'apiVersion':'rbac.authorization.k8s.io/v1','kind':'ClusterRole','metadata':{'name':'part',"
            + "'labels':{'into':'all'}},'rules':[{'apiGroups':[''],'resources':['pods'],'verbs':['get']}]}");
    Awaitility.await()
        .until(
            () ->
                cluster
                        .get("rbac.authorization.k8s.io", "clusterroles", "", "all")
                        .orElseThrow()
                        .path("rules")
                        .size()
                    == 1);
  }

  @Test
  void anOldEventIsForgottenAndAYoungOneStays() {
    event("old", Instant.now().minus(2, ChronoUnit.HOURS));
    event("young", Instant.now());
    Awaitility.await().until(() -> cluster.get("", "events", "n", "old").isEmpty());
    assertThat(cluster.get("", "events", "n", "young")).isPresent();
  }

  /// Stored as it is: the cluster would give it the present as its time of creation.
  private void event(String name, Instant time) {
    String at = time.truncatedTo(ChronoUnit.SECONDS).toString();
    ObjectNode event =
        FakeCluster.manifest(
            ("{'apiVersion':'v1','kind':'Event','metadata':{'name':'%s','namespace':'n',"
                    + "'creationTimestamp':'%s'},'lastTimestamp':'%s'}")
                .formatted(name, at, at));
    var _ =
        cluster
            .objects()
            .commit(new Objects.Change("events", "n", name, 0, false, Json.bytes(event)));
  }
}
