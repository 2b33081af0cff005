package dev.slipway.apiserver.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.base.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class PodSecurityTest {
  private static final String SAFE =
      "'securityContext':{'allowPrivilegeEscalation':false,'runAsNonRoot':true,"
          + "'capabilities':{'drop':['ALL']},'seccompProfile':{'type':'RuntimeDefault'}}";

  private final FakeCluster cluster = new FakeCluster();
  private final Requests requests = new Requests(cluster, new PodSecurity(cluster.objects()));

  private ObjectNode namespace(String labels) {
    return cluster.create(
        "{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'n','labels':{%s}}}"
            .formatted(labels));
  }

  private static String enforce(String level) {
    return "'pod-security.kubernetes.io/enforce':'" + level + "'";
  }

  private static ObjectNode pod(String container, String spec) {
    return FakeCluster.manifest(
        "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p','namespace':'n'},'spec':{'containers':[{'name':'c'%s}]%s}}"
            .formatted(
                container == null || container.isEmpty() ? "" : "," + container,
                spec == null || spec.isEmpty() ? "" : "," + spec));
  }

  @Test
  void aBarePodFailsTheRestrictedStandard() {
    namespace(enforce("restricted"));
    assertThatThrownBy(() -> requests.admit(requests.create(pod("", ""))))
        .hasMessage(
            "pods \"p\" is forbidden: violates PodSecurity \"restricted:latest\":"
                + " allowPrivilegeEscalation != false (container \"c\" must set"
                + " securityContext.allowPrivilegeEscalation=false), unrestricted capabilities"
                + " (container \"c\" must set securityContext.capabilities.drop=[\"ALL\"]),"
                + " runAsNonRoot != true (pod or container \"c\" must set"
                + " securityContext.runAsNonRoot=true), seccompProfile (pod or container \"c\" must"
                + " set securityContext.seccompProfile.type to \"RuntimeDefault\" or"
                + " \"Localhost\")");
  }

  @Test
  void aSafePodPassesTheRestrictedStandard() {
    namespace(enforce("restricted"));
    assertThatCode(() -> requests.admit(requests.create(pod(SAFE, "")))).doesNotThrowAnyException();
    assertThat(requests.warnings).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          'securityContext':{'privileged':true} | | privileged (container "c" must not set securityContext.privileged=true)
          | 'hostNetwork':true,'hostPID':true,'hostIPC':true | host namespaces (hostNetwork=true, hostPID=true, hostIPC=true)
          | 'volumes':[{'name':'v','hostPath':{'path':'/'}}] | hostPath volumes (volume "v")
          'ports':[{'containerPort':1,'hostPort':80},{'containerPort':2,'hostPort':81}] | | hostPort (container "c" uses hostPorts 80, 81)
          'securityContext':{'capabilities':{'add':['NET_RAW','SYS_ADMIN','CHOWN']}} | | non-default capabilities (container "c" must not include "NET_RAW", "SYS_ADMIN" in securityContext.capabilities.add)
          'securityContext':{'procMount':'Unmasked'} | | procMount (container "c" must not set securityContext.procMount to "Unmasked")
          'securityContext':{'seccompProfile':{'type':'Unconfined'}} | 'securityContext':{'seccompProfile':{'type':'Unconfined'}} | seccompProfile (pod and container "c" must not set securityContext.seccompProfile.type to "Unconfined")
          'securityContext':{'appArmorProfile':{'type':'Unconfined'}} | | forbidden AppArmor profile (container "c" must not set AppArmor profile type to "Unconfined")
          | 'securityContext':{'seLinuxOptions':{'type':'bad_t','user':'u'}} | seLinuxOptions (pod set forbidden securityContext.seLinuxOptions: type "bad_t"; user may not be set)
          | 'securityContext':{'sysctls':[{'name':'kernel.msgmax','value':'1'}]} | forbidden sysctls (kernel.msgmax)
          | 'securityContext':{'windowsOptions':{'hostProcess':true}} | hostProcess (pod must not set securityContext.windowsOptions.hostProcess=true)
          'livenessProbe':{'httpGet':{'host':'evil','port':1}} | | probe or lifecycle host (container "c" uses probe or lifecycle host "evil")
          """)
  void whatTheBaselineStandardForbids(String container, String spec, String why) {
    namespace(enforce("baseline"));
    assertThatThrownBy(() -> requests.admit(requests.create(pod(container, spec))))
        .hasMessage("pods \"p\" is forbidden: violates PodSecurity \"baseline:latest\": " + why);
  }

  @Test
  void anOlderVersionHasItsOwnRules() {
    namespace(enforce("baseline") + ",'pod-security.kubernetes.io/enforce-version':'v1.33'");
    ObjectNode pod = pod("'livenessProbe':{'httpGet':{'host':'h','port':1}}", "");
    assertThatCode(() -> requests.admit(requests.create(pod))).doesNotThrowAnyException();
  }

  @Test
  void theRestrictedStandardNamesTheVolumes() {
    namespace(enforce("restricted"));
    assertThatThrownBy(
            () ->
                requests.admit(
                    requests.create(
                        pod(SAFE, "'volumes':[{'name':'v','hostPath':{}},{'name':'w','nfs':{}}]"))))
        .hasMessageEndingWith(
            "restricted volume types (volumes \"v\", \"w\" use restricted volume types"
                + " \"hostPath\", \"nfs\")");
  }

  @Test
  void aWorkloadWhosePodsWouldFailIsAdmittedWithAWarning() {
    namespace(enforce("baseline"));
    requests.admit(
        requests.create(
            FakeCluster.manifest(
                "{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'d','namespace':'n'},"
                    + "'spec':{'template':{'spec':{'hostNetwork':true,'containers':[]}}}}")));
    assertThat(requests.warnings)
        .containsExactly(
            "would violate PodSecurity \"baseline:latest\": host namespaces (hostNetwork=true)");
  }

  @Test
  void theWarnLabelOnlyWarns() {
    namespace("'pod-security.kubernetes.io/warn':'baseline'");
    requests.admit(requests.create(pod("", "'hostPID':true")));
    assertThat(requests.warnings).hasSize(1);
  }

  @Test
  void labelsThatCannotBeReadAreRefused() {
    ObjectNode namespace =
        FakeCluster.manifest(
            "{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'n','labels':{'pod-security.kubernetes.io/enforce':'strict'}}}");
    assertThatThrownBy(() -> requests.admit(requests.create(namespace)))
        .hasMessage(
            "Namespace \"n\" is invalid: metadata.labels[pod-security.kubernetes.io/enforce]:"
                + " Invalid value: \"strict\": must be one of privileged, baseline, restricted");
  }

  @Test
  void aStricterLabelWarnsOfPodsThatAlreadyViolateIt() {
    ObjectNode before = namespace("");
    for (String name : new String[] {"a", "b", "c"}) {
      ObjectNode pod = pod("", "'hostPID':true");
      Json.ensureObject(pod, "metadata").put("name", name);
      cluster.create("", "pods", pod);
    }
    ObjectNode after = before.deepCopy();
    Json.ensureObject(after, "metadata", "labels")
        .put("pod-security.kubernetes.io/enforce", "baseline");
    requests.admit(requests.update(before, after));
    assertThat(requests.warnings)
        .containsExactly(
            "existing pods in namespace \"n\" violate the new PodSecurity enforce level"
                + " \"baseline:latest\"",
            "a (and 2 other pods): host namespaces");
  }
}
