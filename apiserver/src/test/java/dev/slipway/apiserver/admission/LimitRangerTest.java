package dev.slipway.apiserver.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.base.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class LimitRangerTest {
  private final FakeCluster cluster = new FakeCluster();
  private final Requests requests = new Requests(cluster, new LimitRanger(cluster.objects()));

  private void range(String limit) {
    cluster.create(
        "{'apiVersion':'v1','kind':'LimitRange','metadata':{'name':'r','namespace':'n'},"
            + "'spec':{'limits':["
            + limit
            + "]}}");
  }

  private static ObjectNode pod(String resources) {
    return FakeCluster.manifest(
        "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p','namespace':'n'},"
            + "'spec':{'containers':[{'name':'c','resources':"
            + resources
            + "}]}}");
  }

  @Test
  void containersGetDefaultsAndTheAnnotationTellsWhich() {
    range(
        "{'type':'Container','default':{'cpu':'1','memory':'1Gi'},'defaultRequest':{'cpu':'100m'}}");
    ObjectNode pod = requests.admit(requests.create(pod("{'limits':{'memory':'2Gi'}}")));
    assertThat(pod.at("/spec/containers/0/resources").toString())
        .isEqualTo(
            "{\"limits\":{\"memory\":\"2Gi\",\"cpu\":\"1\"},\"requests\":{\"cpu\":\"100m\"}}");
    assertThat(Json.text(pod, "metadata", "annotations", "kubernetes.io/limit-ranger"))
        .isEqualTo(
            "LimitRanger plugin set: cpu request for container c; cpu limit for container c");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {'type':'Container','min':{'cpu':'100m'}} | {} | minimum cpu usage per Container is 100m.  No request is specified
          {'type':'Container','min':{'cpu':'100m'}} | {'requests':{'cpu':'50m'}} | minimum cpu usage per Container is 100m, but request is 50m
          {'type':'Container','min':{'cpu':'1'}} | {'requests':{'cpu':'1'},'limits':{'cpu':'500m'}} | minimum cpu usage per Container is 1, but limit is 500m
          {'type':'Container','max':{'memory':'1Gi'}} | {} | maximum memory usage per Container is 1Gi.  No limit is specified
          {'type':'Container','max':{'memory':'1Gi'}} | {'limits':{'memory':'2Gi'}} | maximum memory usage per Container is 1Gi, but limit is 2Gi
          {'type':'Pod','max':{'cpu':'1'}} | {'limits':{'cpu':'2'}} | maximum cpu usage per Pod is 1, but limit is 2
          {'type':'Container','maxLimitRequestRatio':{'cpu':'2'}} | {'requests':{'cpu':'1'},'limits':{'cpu':'3'}} | cpu max limit to request ratio per Container is 2, but provided ratio is 3.000000
          {'type':'Container','maxLimitRequestRatio':{'cpu':'2'}} | {'limits':{'cpu':'3'}} | cpu max limit to request ratio per Container is 2, but no request is specified or request is 0
          {'type':'Container','max':{'cpu':'1','memory':'1Gi'}} | {'limits':{'cpu':'2','memory':'2Gi'}} | [maximum cpu usage per Container is 1, but limit is 2, maximum memory usage per Container is 1Gi, but limit is 2Gi]
          """)
  void boundsAreRefusedInUpstreamsWords(String limit, String resources, String why) {
    range(limit);
    assertThatThrownBy(() -> requests.admit(requests.create(pod(resources))))
        .hasMessage("pods \"p\" is forbidden: " + why);
  }

  @Test
  void claimsAreHeldToTheirBounds() {
    range("{'type':'PersistentVolumeClaim','min':{'storage':'1Gi'},'max':{'storage':'2Gi'}}");
    ObjectNode claim =
        FakeCluster.manifest(
            "{'apiVersion':'v1','kind':'PersistentVolumeClaim','metadata':{'name':'d','namespace':'n'},"
                + "'spec':{'resources':{'requests':{'storage':'3Gi'}}}}");
    assertThatThrownBy(() -> requests.admit(requests.create(claim)))
        .hasMessage(
            "persistentvolumeclaims \"d\" is forbidden: maximum storage usage per"
                + " PersistentVolumeClaim is 2Gi, but request is 3Gi");
  }

  @Test
  void otherNamespacesAreLeftAlone() {
    range("{'type':'Container','max':{'memory':'1Gi'}}");
    ObjectNode pod = pod("{}");
    Json.ensureObject(pod, "metadata").put("namespace", "elsewhere");
    assertThat(requests.admit(requests.create(pod)).at("/spec/containers/0/resources")).isEmpty();
  }
}
