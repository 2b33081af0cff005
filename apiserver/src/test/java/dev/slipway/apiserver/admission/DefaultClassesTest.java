package dev.slipway.apiserver.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class DefaultClassesTest {
  private final FakeCluster cluster = new FakeCluster();
  private final Requests requests =
      new Requests(
          cluster,
          new AdmissionChain(
              List.of(
                  new DefaultStorageClass(cluster.objects()),
                  new DefaultIngressClass(cluster.objects()),
                  new DefaultTolerations())));

  private void storageClass(String name, String annotation) {
    cluster.create(
        "{'apiVersion':'storage.k8s.io/v1','kind':'StorageClass','metadata':{'name':'%s','annotations':{%s}}}"
            .formatted(name, annotation));
  }

  private ObjectNode admit(String manifest) {
    return requests.admit(requests.create(FakeCluster.manifest(manifest)));
  }

  private static String claim(String spec) {
    return "{'apiVersion':'v1','kind':'PersistentVolumeClaim','metadata':{'name':'c','namespace':'n'},'spec':{%s}}"
        .formatted(spec);
  }

  @Test
  void aClaimWithoutAClassGetsTheDefault() {
    storageClass("slow", "");
    storageClass("fast", "'storageclass.kubernetes.io/is-default-class':'true'");
    assertThat(admit(claim("")).at("/spec/storageClassName").asString()).isEqualTo("fast");
    assertThat(admit(claim("'storageClassName':''")).at("/spec/storageClassName").asString())
        .isEmpty();
    assertThat(admit(claim("'storageClassName':'slow'")).at("/spec/storageClassName").asString())
        .isEqualTo("slow");
  }

  @Test
  void withoutADefaultAClaimStaysAsItIs() {
    storageClass("slow", "");
    assertThat(admit(claim("")).path("spec").has("storageClassName")).isFalse();
  }

  @Test
  void anIngressWithoutAClassGetsTheDefault() {
    cluster.create(
        "{'apiVersion':'networking.k8s.io/v1','kind':'IngressClass','metadata':{'name':'gate',"
            + "'annotations':{'ingressclass.kubernetes.io/is-default-class':'true'}}}");
    String ingress =
        "{'apiVersion':'networking.k8s.io/v1','kind':'Ingress','metadata':{'name':'i','namespace':'n'%s}}";
    assertThat(admit(ingress.formatted("")).at("/spec/ingressClassName").asString())
        .isEqualTo("gate");
    assertThat(
            admit(ingress.formatted(",'annotations':{'kubernetes.io/ingress.class':'old'}"))
                .has("spec"))
        .isFalse();
  }

  @Test
  void aPodToleratesATroubledNodeForFiveMinutesUnlessItSaysOtherwise() {
    String pod =
        "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p','namespace':'n'},'spec':{%s}}";
    assertThat(admit(pod.formatted("")).at("/spec/tolerations").toString())
        .isEqualTo(
            "[{\"key\":\"node.kubernetes.io/not-ready\",\"operator\":\"Exists\",\"effect\":\"NoExecute\",\"tolerationSeconds\":300},"
                + "{\"key\":\"node.kubernetes.io/unreachable\",\"operator\":\"Exists\",\"effect\":\"NoExecute\",\"tolerationSeconds\":300}]");
    assertThat(
            admit(pod.formatted("'tolerations':[{'operator':'Exists'}]")).at("/spec/tolerations"))
        .hasSize(1);
  }
}
