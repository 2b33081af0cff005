package dev.slipway.apiserver.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class ServiceAccountsTest {
  private final FakeCluster cluster = new FakeCluster();
  private final Requests requests =
      new Requests(cluster, new ServiceAccounts(cluster.objects(), () -> "abcde"));

  @BeforeEach
  void accounts() {
    account("default", "'imagePullSecrets':[{'name':'pull'}]");
    account("quiet", "'automountServiceAccountToken':false");
  }

  private void account(String name, String more) {
    cluster.create(
        "{'apiVersion':'v1','kind':'ServiceAccount','metadata':{'name':'%s','namespace':'n'},%s}"
            .formatted(name, more));
  }

  private static ObjectNode pod(String spec) {
    return FakeCluster.manifest(
        "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p','namespace':'n'},'spec':{"
            + spec
            + "}}");
  }

  @Test
  void aPodGetsTheDefaultAccountItsTokenAndItsPullSecrets() {
    ObjectNode pod =
        requests.admit(
            requests.create(pod("'containers':[{'name':'c'}],'initContainers':[{'name':'i'}]")));
    assertThat(pod.at("/spec/serviceAccountName").asString()).isEqualTo("default");
    assertThat(pod.at("/spec/serviceAccount").asString()).isEqualTo("default");
    assertThat(pod.at("/spec/imagePullSecrets/0/name").asString()).isEqualTo("pull");
    for (String kind : new String[] {"containers", "initContainers"}) {
      assertThat(pod.at("/spec/" + kind + "/0/volumeMounts/0").toString())
          .isEqualTo(
              "{\"name\":\"kube-api-access-abcde\",\"readOnly\":true,"
                  + "\"mountPath\":\"/var/run/secrets/kubernetes.io/serviceaccount\"}");
    }
    assertThat(pod.at("/spec/volumes/0").toString())
        .isEqualTo(
            "{\"name\":\"kube-api-access-abcde\",\"projected\":{\"sources\":["
                + "{\"serviceAccountToken\":{\"expirationSeconds\":3607,\"path\":\"token\"}},"
                + "{\"configMap\":{\"name\":\"kube-root-ca.crt\",\"items\":"
                + "[{\"key\":\"ca.crt\",\"path\":\"ca.crt\"}]}},"
                + "{\"downwardAPI\":{\"items\":[{\"path\":\"namespace\",\"fieldRef\":"
                + "{\"apiVersion\":\"v1\",\"fieldPath\":\"metadata.namespace\"}}]}}],"
                + "\"defaultMode\":420}}");
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          'serviceAccountName':'quiet' | false | the account says no
          'serviceAccountName':'quiet','automountServiceAccountToken':true | true | the pod overrules its account
          'automountServiceAccountToken':false | false | the pod says no
          """)
  void whetherATokenIsMounted(String spec, boolean mounted, String why) {
    ObjectNode pod = requests.admit(requests.create(pod(spec + ",'containers':[{'name':'c'}]")));
    assertThat(!pod.at("/spec/volumes").isEmpty()).as(why).isEqualTo(mounted);
  }

  @Test
  void aContainerThatMountsItsOwnIsLeftAlone() {
    ObjectNode pod =
        requests.admit(
            requests.create(
                pod(
                    "'containers':[{'name':'c','volumeMounts':[{'name':'mine','mountPath':"
                        + "'/var/run/secrets/kubernetes.io/serviceaccount'}]}]")));
    assertThat(pod.at("/spec/containers/0/volumeMounts")).hasSize(1);
    assertThat(pod.path("spec").has("volumes")).isFalse();
  }

  @Test
  void theAccountMustExist() {
    assertThatThrownBy(() -> requests.admit(requests.create(pod("'serviceAccountName':'x'"))))
        .hasMessage(
            "pods \"p\" is forbidden: error looking up service account n/x: serviceaccount \"x\" not"
                + " found");
  }

  @Test
  void anEnforcingAccountNamesTheSecretsItsPodsMayUse() {
    cluster.create(
        "{'apiVersion':'v1','kind':'ServiceAccount','metadata':{'name':'strict','namespace':'n',"
            + "'annotations':{'kubernetes.io/enforce-mountable-secrets':'true'}},"
            + "'secrets':[{'name':'ok'}]}");
    assertThatThrownBy(
            () ->
                requests.admit(
                    requests.create(
                        pod(
                            "'serviceAccountName':'strict','volumes':"
                                + "[{'name':'v','secret':{'secretName':'other'}}]"))))
        .hasMessage(
            "pods \"p\" is forbidden: volume with secret.secretName=\"other\" is not allowed because"
                + " service account strict does not reference that secret");
  }
}
