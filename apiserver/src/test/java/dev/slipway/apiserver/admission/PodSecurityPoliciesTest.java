package dev.slipway.apiserver.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.apiserver.access.Attributes;
import dev.slipway.apiserver.access.Authorizer;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class PodSecurityPoliciesTest {
  /// The policy of the seeds.
  private static final String AI_POLICY =
      "'privileged':false,'allowPrivilegeEscalation':false,'requiredDropCapabilities':['ALL'],"
          + "'volumes':['configMap','emptyDir','projected','secret','downwardAPI',"
          + "'persistentVolumeClaim'],'hostNetwork':false,'hostIPC':false,'hostPID':false,"
          + "'runAsUser':{'rule':'RunAsAny'},'seLinux':{'rule':'RunAsAny'},"
          + "'supplementalGroups':{'rule':'RunAsAny'},'fsGroup':{'rule':'RunAsAny'}";

  private final Set<String> grants = new HashSet<>();
  private final FakeCluster cluster = new FakeCluster();
  private final Requests requests =
      new Requests(cluster, new PodSecurityPolicies(cluster.objects(), this::authorize));

  private Authorizer.Decision authorize(Attributes asked) {
    boolean granted =
        asked.verb().equals("use")
            && asked.resource().equals("podsecuritypolicies")
            && grants.contains(asked.user().name() + " " + asked.name());
    return new Authorizer.Decision(granted, "");
  }

  private void policy(String name, String spec, String... users) {
    cluster.create(
        "{'apiVersion':'policy/v1beta1','kind':'PodSecurityPolicy','metadata':{'name':'%s'},'spec':{%s}}"
            .formatted(name, spec));
    for (String user : users) {
      grants.add(user + " " + name);
    }
  }

  private static ObjectNode pod(@Nullable String container, @Nullable String spec) {
    return FakeCluster.manifest(
        "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p','namespace':'n'},'spec':{'serviceAccountName':'sa','containers':[{'name':'c'%s}]%s}}"
            .formatted(more(container), more(spec)));
  }

  private static String more(@Nullable String fields) {
    return fields == null || fields.isEmpty() ? "" : "," + fields;
  }

  @Test
  void aPolicyFillsInWhatItRequires() {
    policy("ai", AI_POLICY, "alice");
    ObjectNode pod = requests.admit(requests.create(pod("", "")));
    assertThat(pod.at("/spec/containers/0/securityContext").toString())
        .isEqualTo("{\"capabilities\":{\"drop\":[\"ALL\"]},\"allowPrivilegeEscalation\":false}");
    assertThat(pod.at("/metadata/annotations").toString())
        .isEqualTo("{\"kubernetes.io/psp\":\"ai\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          'securityContext':{'privileged':true} | | spec.containers[0].securityContext.privileged: Invalid value: true: Privileged containers are not allowed
          | 'hostNetwork':true | spec.securityContext.hostNetwork: Invalid value: true: Host network is not allowed to be used
          | 'volumes':[{'name':'v','hostPath':{'path':'/'}}] | spec.volumes[0]: Invalid value: "hostPath": hostPath volumes are not allowed to be used
          'securityContext':{'allowPrivilegeEscalation':true} | | spec.containers[0].securityContext.allowPrivilegeEscalation: Invalid value: true: Allowing privilege escalation for containers is not allowed
          'securityContext':{'capabilities':{'add':['NET_ADMIN']}} | | spec.containers[0].securityContext.capabilities.add: Invalid value: "NET_ADMIN": capability may not be added
          'ports':[{'containerPort':80,'hostPort':80}] | | spec.containers[0].hostPort: Invalid value: 80: Host port 80 is not allowed to be used. Allowed ports: []
          """)
  void whatAPolicyForbids(@Nullable String container, @Nullable String spec, String why) {
    policy("ai", AI_POLICY, "alice");
    assertThatThrownBy(() -> requests.admit(requests.create(pod(container, spec))))
        .hasMessageStartingWith(
            "pods \"p\" is forbidden: PodSecurityPolicy: unable to admit pod: [")
        .hasMessageContaining(why);
  }

  @Test
  void aPolicyNobodyConcernedMayUseChangesNothing() {
    policy("ai", AI_POLICY, "bob");
    ObjectNode pod = pod("'securityContext':{'privileged':true}", "");
    assertThat(requests.admit(requests.create(pod.deepCopy()))).isEqualTo(pod);
  }

  @Test
  void thePodsServiceAccountCountsToo() {
    policy("ai", AI_POLICY, "system:serviceaccount:n:sa");
    assertThatThrownBy(() -> requests.admit(requests.create(pod("", "'hostPID':true"))))
        .hasMessageContaining("Host PID is not allowed to be used");
  }

  @Test
  void aPolicyThatLeavesThePodAloneIsPreferred() {
    policy("a-strict", AI_POLICY, "alice");
    policy("b-open", "'privileged':true,'hostNetwork':true,'volumes':['*']", "alice");
    ObjectNode pod = requests.admit(requests.create(pod("", "")));
    assertThat(pod.at("/metadata/annotations").toString()).contains("b-open");
    assertThat(pod.at("/spec/containers/0").has("securityContext")).isFalse();
  }

  @Test
  void usersAndGroupsAreHeldToTheirRanges() {
    policy(
        "ranges",
        "'volumes':['*'],'runAsUser':{'rule':'MustRunAs','ranges':[{'min':10,'max':20}]},"
            + "'fsGroup':{'rule':'MustRunAs','ranges':[{'min':5,'max':6}]}",
        "alice");
    ObjectNode pod = requests.admit(requests.create(pod("", "")));
    assertThat(pod.at("/spec/containers/0/securityContext/runAsUser").asInt()).isEqualTo(10);
    assertThat(pod.at("/spec/securityContext/fsGroup").asInt()).isEqualTo(5);
    assertThatThrownBy(
            () -> requests.admit(requests.create(pod("'securityContext':{'runAsUser':5}", ""))))
        .hasMessageContaining(
            "spec.containers[0].securityContext.runAsUser: Invalid value: 5: must be in the ranges:"
                + " [{10 20}]");
  }
}
