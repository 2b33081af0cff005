package dev.slipway.apiserver.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.apiserver.access.Authorizer;
import dev.slipway.apiserver.error.ApiException;
import dev.slipway.base.Json;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

class WebhooksTest {
  private final FakeCluster cluster = new FakeCluster();
  private WebhookServer hook;
  private Requests requests;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    hook = new WebhookServer(directory);
    var parts =
        new AdmissionParts(
            cluster.objects(),
            cluster,
            _ -> new Authorizer.Decision(false, ""),
            this::resolve,
            InstantSource.system());
    requests =
        new Requests(
            cluster,
            new AdmissionChain(
                List.of(
                    new MutatingWebhooks(new AdmissionChain(List.of()), parts),
                    new ValidatingWebhooks(parts))));
    cluster.create(
        "{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'n','labels':{'team':'a'}}}");
  }

  @AfterEach
  void stop() {
    hook.close();
  }

  private InetSocketAddress resolve(String namespace, String name, int port) {
    if (namespace.equals("n") && name.equals("hook") && port == 443) {
      return hook.address();
    }
    throw new IllegalArgumentException("service \"" + name + "\" not found");
  }

  private String byUrl() {
    return "'url':'" + hook.url() + "','caBundle':'" + hook.caBundle() + "'";
  }

  private void configure(String kind, String client, String more) {
    cluster.create(
        ("{'apiVersion':'admissionregistration.k8s.io/v1','kind':'%sWebhookConfiguration',"
                + "'metadata':{'name':'w'},'webhooks':[{'name':'check.example.com','sideEffects':'None',"
                + "'admissionReviewVersions':['v1'],'clientConfig':{%s},'rules':[{'apiGroups':[''],"
                + "'apiVersions':['v1'],'resources':['configmaps'],'operations':['CREATE'],'scope':'*'}]%s}]}")
            .formatted(kind, client, more.isEmpty() ? "" : "," + more));
  }

  private static ObjectNode map(String labels) {
    return FakeCluster.manifest(
        "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'c','namespace':'n','labels':{%s}}}"
            .formatted(labels));
  }

  private ObjectNode admit() {
    return requests.admit(requests.create(map("")));
  }

  @Test
  void aWebhookSeesTheWholeRequest() {
    configure("Validating", byUrl(), "");
    admit();
    assertThat(hook.requests).hasSize(1);
    var seen = hook.requests.getFirst();
    assertThat(seen.at("/operation").asString()).isEqualTo("CREATE");
    assertThat(seen.at("/resource").toString())
        .isEqualTo("{\"group\":\"\",\"version\":\"v1\",\"resource\":\"configmaps\"}");
    assertThat(seen.at("/userInfo/username").asString()).isEqualTo("alice");
    assertThat(seen.at("/object/metadata/name").asString()).isEqualTo("c");
    assertThat(seen.at("/oldObject").isNull()).isTrue();
  }

  @Test
  void aRefusalIsToldInUpstreamsWords() {
    configure("Validating", byUrl(), "");
    hook.answer(
        _ ->
            FakeCluster.manifest(
                "{'allowed':false,'status':{'message':'no','code':403,'reason':'Forbidden'}}"));
    assertThatThrownBy(this::admit)
        .isInstanceOfSatisfying(
            ApiException.class, refusal -> assertThat(refusal.code()).isEqualTo(403))
        .hasMessage("admission webhook \"check.example.com\" denied the request: no");
    hook.answer(_ -> FakeCluster.manifest("{'allowed':false}"));
    assertThatThrownBy(this::admit)
        .isInstanceOfSatisfying(
            ApiException.class, refusal -> assertThat(refusal.code()).isEqualTo(400))
        .hasMessage(
            "admission webhook \"check.example.com\" denied the request without explanation");
  }

  @Test
  void aPatchChangesTheObjectAndWarningsAreHandedOn() {
    configure("Mutating", byUrl(), "");
    hook.answer(
        _ -> {
          ObjectNode answer =
              WebhookServer.patch("[{'op':'add','path':'/data','value':{'k':'v'}}]");
          answer.putArray("warnings").add("careful");
          return answer;
        });
    assertThat(admit().at("/data/k").asString()).isEqualTo("v");
    assertThat(requests.warnings).containsExactly("careful");
  }

  @Test
  void aServiceIsFoundAndItsCertificateCheckedByItsName() {
    configure(
        "Validating",
        "'service':{'namespace':'n','name':'hook','path':'/x'},'caBundle':'"
            + hook.caBundle()
            + "'",
        "");
    admit();
    assertThat(hook.requests).hasSize(1);
  }

  @Test
  void aWebhookThatCannotBeReachedFailsTheRequestOrIsIgnored() {
    hook.close();
    configure("Validating", byUrl(), "");
    assertThatThrownBy(this::admit)
        .hasMessageStartingWith(
            "Internal error occurred: failed calling webhook \"check.example.com\": failed to call"
                + " webhook: Post \"https://127.0.0.1:")
        .hasMessageEndingWith("connect: connection refused");
    cluster.delete(
        "admissionregistration.k8s.io", "validatingwebhookconfigurations", "", "w", Json.object());
    configure("Validating", byUrl(), "'failurePolicy':'Ignore'");
    assertThatCode(this::admit).doesNotThrowAnyException();
  }

  @Test
  void aCertificateOfAnotherAuthorityIsNotTrusted(@TempDir Path elsewhere) throws Exception {
    try (var other = new WebhookServer(elsewhere)) {
      configure(
          "Validating", "'url':'" + hook.url() + "','caBundle':'" + other.caBundle() + "'", "");
      assertThatThrownBy(this::admit).hasMessageContaining("failed calling webhook");
    }
  }

  @Test
  void selectorsAndConditionsNarrow() {
    configure(
        "Validating",
        byUrl(),
        "'namespaceSelector':{'matchLabels':{'team':'a'}},'objectSelector':{'matchExpressions':"
            + "[{'key':'checked','operator':'Exists'}]},'matchConditions':[{'name':'c','expression':"
            + "'object.metadata.labels.checked == \\\"yes\\\"'}]");
    admit();
    requests.admit(requests.create(map("'checked':'no'")));
    assertThat(hook.requests).isEmpty();
    requests.admit(requests.create(map("'checked':'yes'")));
    assertThat(hook.requests).hasSize(1);
  }

  @Test
  void aSlowWebhookTimesOut() {
    configure("Validating", byUrl(), "'timeoutSeconds':1");
    var release = new java.util.concurrent.CountDownLatch(1);
    hook.answer(
        _ -> {
          try {
            release.await();
          } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
          }
          return WebhookServer.allowed();
        });
    assertThatThrownBy(this::admit).hasMessageEndingWith("context deadline exceeded");
    release.countDown();
  }

  @Test
  void aDryRunIsNotSentWhereItWouldHaveEffects() {
    configure("Validating", byUrl(), "'failurePolicy':'Fail'");
    AdmissionRequest plain = requests.create(map(""));
    var dry =
        new AdmissionRequest(
            plain.operation(),
            plain.resource(),
            "",
            "n",
            "c",
            plain.object(),
            Optional.empty(),
            Json.object(),
            plain.user(),
            true,
            plain.warnings());
    requests.admit(dry);
    assertThat(hook.requests.getFirst().path("dryRun").asBoolean(false)).isTrue();
  }

  @Test
  void webhookConfigurationsThemselvesAreNeverSent() {
    cluster.create(
        ("{'apiVersion':'admissionregistration.k8s.io/v1','kind':'ValidatingWebhookConfiguration',"
                + "'metadata':{'name':'all'},'webhooks':[{'name':'all.example.com','sideEffects':'None',"
                + "'clientConfig':{%s},'rules':[{'apiGroups':['*'],'apiVersions':['*'],"
                + "'resources':['*/*'],'operations':['*']}]}]}")
            .formatted(byUrl()));
    ObjectNode configuration =
        cluster
            .get("admissionregistration.k8s.io", "validatingwebhookconfigurations", "", "all")
            .orElseThrow();
    requests.admit(requests.delete(configuration));
    assertThat(hook.requests).isEmpty();
    admit();
    assertThat(hook.requests).hasSize(1);
  }

  @Test
  void aWebhookThatAsksForItSeesWhatLaterOnesChanged() {
    configure("Mutating", byUrl(), "'reinvocationPolicy':'IfNeeded'");
    cluster.create(
        ("{'apiVersion':'admissionregistration.k8s.io/v1','kind':'MutatingWebhookConfiguration',"
                + "'metadata':{'name':'x'},'webhooks':[{'name':'late.example.com','sideEffects':'None',"
                + "'clientConfig':{%s},'rules':[{'apiGroups':[''],'apiVersions':['v1'],"
                + "'resources':['configmaps'],'operations':['CREATE']}]}]}")
            .formatted(byUrl()));
    hook.answer(
        _ ->
            hook.requests.size() == 2
                ? WebhookServer.patch("[{'op':'add','path':'/data','value':{'late':'yes'}}]")
                : WebhookServer.allowed());
    admit();
    assertThat(hook.requests).hasSize(3);
    assertThat(hook.requests.getLast().at("/object/data/late").asString()).isEqualTo("yes");
  }

  @Test
  void anEquivalentVersionIsConverted() {
    cluster.serve(FakeCluster.resource("example.com", "v1", "Widget", "widgets", true));
    cluster.serve(
        FakeCluster.version(
            FakeCluster.resource("example.com", "v1", "Widget", "widgets", true), "v2"));
    cluster.create(
        ("{'apiVersion':'admissionregistration.k8s.io/v1','kind':'ValidatingWebhookConfiguration',"
                + "'metadata':{'name':'v'},'webhooks':[{'name':'v.example.com','sideEffects':'None',"
                + "'clientConfig':{%s},'rules':[{'apiGroups':['example.com'],'apiVersions':['v1'],"
                + "'resources':['widgets'],'operations':['CREATE']}]}]}")
            .formatted(byUrl()));
    requests.admit(
        requests.create(
            FakeCluster.manifest(
                "{'apiVersion':'example.com/v2','kind':'Widget','metadata':{'name':'w','namespace':'n'}}")));
    var seen = hook.requests.getFirst();
    assertThat(seen.at("/object/apiVersion").asString()).isEqualTo("example.com/v1");
    assertThat(seen.at("/requestKind/version").asString()).isEqualTo("v2");
    assertThat(seen.at("/kind/version").asString()).isEqualTo("v1");
  }
}
