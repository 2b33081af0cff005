package dev.slipway.apiserver.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.apiserver.admission.AdmissionRequest.Operation;
import dev.slipway.apiserver.error.ApiException;
import dev.slipway.base.Json;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class ResourceQuotasTest {
  private final FakeCluster cluster = new FakeCluster();
  private final QuotaLedger ledger =
      new QuotaLedger(
          cluster.objects(), InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z")));
  private final Requests requests =
      new Requests(cluster, new ResourceQuotas(cluster.objects(), ledger));

  @BeforeEach
  void namespaces() {
    cluster.create("{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'n'}}");
    cluster.create(
        "{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'lenient','annotations':"
            + "{'slipway.dev/quota-defaults':'zero'}}}");
  }

  private void quota(String namespace, String hard, String more) {
    cluster.create(
        ("{'apiVersion':'v1','kind':'ResourceQuota','metadata':{'name':'q','namespace':'%s'},"
                + "'spec':{'hard':{%s}%s}}")
            .formatted(namespace, hard, more));
  }

  private static String pod(String namespace, String name, String resources, String more) {
    return ("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'%s','namespace':'%s'},"
            + "'spec':{'containers':[{'name':'c1','resources':{%s}}]%s}}")
        .formatted(name, namespace, resources, more);
  }

  private static String configMap(String name) {
    return "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'%s','namespace':'n'}}"
        .formatted(name);
  }

  @ParameterizedTest(name = "{3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          'pods':'1' | | exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1 | number of pods
          'count/pods':'1' | | exceeded quota: q, requested: count/pods=1, used: count/pods=1, limited: count/pods=1 | number of objects
          'requests.cpu':'1500m' | 'requests':{'cpu':'1'} | exceeded quota: q, requested: requests.cpu=1, used: requests.cpu=1, limited: requests.cpu=1500m | compute
          'cpu':'1','memory':'3Gi' | 'requests':{'cpu':'1','memory':'2Gi'} | exceeded quota: q, requested: cpu=1,memory=2Gi, used: cpu=1,memory=2Gi, limited: cpu=1,memory=3Gi | several at once
          'limits.memory':'1Gi' | 'limits':{'memory':'600Mi'} | exceeded quota: q, requested: limits.memory=600Mi, used: limits.memory=600Mi, limited: limits.memory=1Gi | limits
          'requests.nvidia.com/gpu':'1' | 'requests':{'nvidia.com/gpu':'1'} | exceeded quota: q, requested: requests.nvidia.com/gpu=1, used: requests.nvidia.com/gpu=1, limited: requests.nvidia.com/gpu=1 | devices
          """)
  void theSecondPodIsTooMany(String hard, String resources, String why, String name) {
    quota("n", hard, "");
    String wants = resources == null ? "" : resources;
    requests.store(pod("n", "one", wants, ""));
    assertThatThrownBy(() -> requests.store(pod("n", "two", wants, "")))
        .as(name)
        .isInstanceOfSatisfying(
            ApiException.class, refusal -> assertThat(refusal.code()).isEqualTo(403))
        .hasMessage("pods \"two\" is forbidden: " + why);
  }

  @Test
  void computeUnderQuotaMustBeSpecified() {
    quota("n", "'limits.cpu':'4','limits.memory':'1Gi','requests.cpu':'1'", "");
    assertThatThrownBy(() -> requests.store(pod("n", "p", "'requests':{'cpu':'1'}", "")))
        .hasMessage(
            "pods \"p\" is forbidden: failed quota: q: must specify limits.cpu for: c1;"
                + " limits.memory for: c1");
  }

  @Test
  void aLenientNamespaceCountsTheUnspecifiedAsZeroAndSaysSo() {
    quota("lenient", "'limits.cpu':'1','pods':'1'", "");
    requests.store(pod("lenient", "p", "", ""));
    assertThat(requests.warnings)
        .containsExactly(
            "quota q: the pod does not specify limits.cpu, which counts as zero here (namespace"
                + " lenient, slipway.dev/quota-defaults: \"zero\")");
    assertThatThrownBy(() -> requests.store(pod("lenient", "p2", "", "")))
        .hasMessageContaining("exceeded quota: q, requested: pods=1");
  }

  @Test
  void finishedPodsNoLongerCountAsPodsButStillAsObjects() {
    quota("n", "'pods':'1','count/pods':'2'", "");
    ObjectNode first = requests.store(pod("n", "one", "", ""));
    first.putObject("status").put("phase", "Succeeded");
    cluster.update("", "pods", first);
    requests.store(pod("n", "two", "", ""));
    assertThatThrownBy(() -> requests.store(pod("n", "three", "", "")))
        .hasMessageEndingWith(
            "exceeded quota: q, requested: count/pods=1,pods=1, used: count/pods=2,pods=1, limited:"
                + " count/pods=2,pods=1");
  }

  @ParameterizedTest(name = "{3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ,'scopes':['BestEffort'] | 'requests':{'cpu':'1'} | | true
          ,'scopes':['BestEffort'] | | | false
          ,'scopes':['NotBestEffort'] | 'requests':{'cpu':'1'} | | false
          ,'scopes':['Terminating'] | | ,'activeDeadlineSeconds':5 | false
          ,'scopes':['NotTerminating'] | | ,'activeDeadlineSeconds':5 | true
          ,'scopeSelector':{'matchExpressions':[{'scopeName':'PriorityClass','operator':'In','values':['high']}]} | | ,'priorityClassName':'high' | false
          ,'scopeSelector':{'matchExpressions':[{'scopeName':'PriorityClass','operator':'In','values':['high']}]} | | ,'priorityClassName':'low' | true
          ,'scopeSelector':{'matchExpressions':[{'scopeName':'PriorityClass','operator':'DoesNotExist'}]} | | | false
          """)
  void scopesChooseThePods(String scope, String resources, String spec, boolean admitted) {
    quota("n", "'pods':'0'", scope);
    String manifest = pod("n", "p", resources == null ? "" : resources, spec == null ? "" : spec);
    if (admitted) {
      assertThatCode(() -> requests.store(manifest)).doesNotThrowAnyException();
    } else {
      assertThatThrownBy(() -> requests.store(manifest)).hasMessageContaining("exceeded quota: q");
    }
  }

  @Test
  void anyKindCanBeCounted() {
    quota("n", "'count/deployments.apps':'1','configmaps':'1'", "");
    String deployment =
        "{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'%s','namespace':'n'}}";
    requests.store(deployment.formatted("a"));
    assertThatThrownBy(() -> requests.store(deployment.formatted("b")))
        .hasMessage(
            "deployments.apps \"b\" is forbidden: exceeded quota: q, requested:"
                + " count/deployments.apps=1, used: count/deployments.apps=1, limited:"
                + " count/deployments.apps=1");
    requests.store(configMap("a"));
    assertThatThrownBy(() -> requests.store(configMap("b")))
        .hasMessageContaining("requested: configmaps=1, used: configmaps=1");
  }

  @Test
  void storageIsCountedPerClassToo() {
    quota(
        "n",
        "'requests.storage':'10Gi','gold.storageclass.storage.k8s.io/requests.storage':'1Gi'",
        "");
    String claim =
        "{'apiVersion':'v1','kind':'PersistentVolumeClaim','metadata':{'name':'%s','namespace':'n'},"
            + "'spec':{'storageClassName':'%s','resources':{'requests':{'storage':'%s'}}}}";
    requests.store(claim.formatted("a", "silver", "8Gi"));
    assertThatThrownBy(() -> requests.store(claim.formatted("b", "gold", "2Gi")))
        .hasMessageContaining(
            "requested: gold.storageclass.storage.k8s.io/requests.storage=2Gi, used:"
                + " gold.storageclass.storage.k8s.io/requests.storage=0, limited:"
                + " gold.storageclass.storage.k8s.io/requests.storage=1Gi");
  }

  @Test
  void anUpdateIsChargedForWhatItAddsOnly() {
    quota("n", "'services':'1','services.nodeports':'1'", "");
    String service =
        "{'apiVersion':'v1','kind':'Service','metadata':{'name':'s','namespace':'n'},"
            + "'spec':{'type':'%s','ports':[%s]}}";
    ObjectNode old = requests.store(service.formatted("NodePort", "{'port':1}"));
    ObjectNode same = FakeCluster.manifest(service.formatted("NodePort", "{'port':2}"));
    ObjectNode more = FakeCluster.manifest(service.formatted("NodePort", "{'port':1},{'port':2}"));
    assertThatCode(() -> reserve(Operation.UPDATE, same, old)).doesNotThrowAnyException();
    assertThatThrownBy(() -> reserve(Operation.UPDATE, more, old))
        .hasMessageContaining(
            "exceeded quota: q, requested: services.nodeports=1, used: services.nodeports=1");
  }

  private void reserve(Operation operation, ObjectNode object, ObjectNode old) {
    requests
        .chain
        .reserve(requests.request(operation, "", Optional.of(object), Optional.of(old)))
        .close();
  }

  @Test
  void manyAtOnceNeverOvershoot() throws InterruptedException {
    int room = 10;
    int writers = 40;
    quota("n", "'configmaps':'" + room + "'", "");
    var admitted = new AtomicInteger();
    var start = new CountDownLatch(1);
    try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < writers; i++) {
        String name = "c" + i;
        var _ =
            pool.submit(
                () -> {
                  start.await();
                  requests.store(configMap(name));
                  return admitted.incrementAndGet();
                });
      }
      start.countDown();
    }
    assertThat(admitted).hasValue(room);
    assertThat(cluster.list("", "configmaps", "n")).hasSize(room);
  }

  @Test
  void aWriteThatFailsGivesItsRoomBack() {
    quota("n", "'configmaps':'1'", "");
    AdmissionRequest request = requests.create(FakeCluster.manifest(configMap("a")));
    try (Reservation _ = requests.chain.reserve(request)) {
      assertThatThrownBy(() -> requests.store(configMap("b"))).hasMessageContaining("exceeded");
    }
    assertThatCode(() -> requests.store(configMap("b"))).doesNotThrowAnyException();
  }

  @Test
  void usageIsToldForEveryNameTheQuotaLimits() {
    quota("n", "'pods':'5','requests.cpu':'4','secrets':'3'", "");
    requests.store(pod("n", "p", "'requests':{'cpu':'1500m'}", ""));
    ObjectNode quota = cluster.get("", "resourcequotas", "n", "q").orElseThrow();
    assertThat(ledger.used(quota, "n", java.util.List.of("pods", "secrets", "configmaps")))
        .hasToString("pods=1,requests.cpu=1500m,secrets=0");
  }

  @Test
  void aDyingPodCountsUntilItsGraceIsOver() {
    quota("n", "'pods':'1'", "");
    ObjectNode pod = FakeCluster.manifest(pod("n", "old", "", ""));
    Json.ensureObject(pod, "metadata")
        .put("deletionTimestamp", "2025-12-31T00:00:00Z")
        .put("deletionGracePeriodSeconds", 30);
    cluster.create("", "pods", pod);
    assertThatCode(() -> requests.store(pod("n", "new", "", ""))).doesNotThrowAnyException();
  }
}
