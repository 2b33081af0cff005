package dev.slipway.apiserver.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class BuiltinDefaultsTest {
  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          v1 Pod | /spec/restartPolicy | "Always"
          v1 Pod | /spec/dnsPolicy | "ClusterFirst"
          v1 Pod | /spec/schedulerName | "default-scheduler"
          v1 Pod | /spec/terminationGracePeriodSeconds | 30
          v1 Pod | /spec/securityContext | {}
          v1 Pod | /spec/enableServiceLinks | true
          v1 Pod | /spec/containers/0/imagePullPolicy | "Always"
          v1 Pod | /spec/containers/0/terminationMessagePath | "/dev/termination-log"
          v1 Pod | /spec/containers/0/terminationMessagePolicy | "File"
          v1 Pod | /spec/containers/0/resources | {}
          v1 Pod | /status | {"phase":"Pending","qosClass":"BestEffort"}
          v1 Service | /spec/type | "ClusterIP"
          v1 Service | /spec/sessionAffinity | "None"
          v1 Service | /spec/internalTrafficPolicy | "Cluster"
          v1 Service | /spec/ports/0 | {"port":80,"protocol":"TCP","targetPort":80}
          v1 Service | /status | {"loadBalancer":{}}
          v1 Secret | /type | "Opaque"
          v1 Namespace | /metadata/labels | {"kubernetes.io/metadata.name":"x"}
          v1 Namespace | /spec/finalizers | ["kubernetes"]
          v1 Namespace | /status/phase | "Active"
          v1 LimitRange | /spec/limits/0/defaultRequest | {"cpu":"2"}
          v1 PersistentVolume | /spec/persistentVolumeReclaimPolicy | "Retain"
          v1 PersistentVolumeClaim | /spec/volumeMode | "Filesystem"
          v1 PersistentVolumeClaim | /status/phase | "Pending"
          apps/v1 Deployment | /spec/replicas | 1
          apps/v1 Deployment | /spec/strategy | {"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":"25%","maxSurge":"25%"}}
          apps/v1 Deployment | /spec/revisionHistoryLimit | 10
          apps/v1 Deployment | /spec/progressDeadlineSeconds | 600
          apps/v1 DaemonSet | /spec/updateStrategy | {"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":1,"maxSurge":0}}
          apps/v1 StatefulSet | /spec/podManagementPolicy | "OrderedReady"
          apps/v1 StatefulSet | /spec/updateStrategy | {"type":"RollingUpdate","rollingUpdate":{"partition":0}}
          batch/v1 Job | /spec/completions | 1
          batch/v1 Job | /spec/parallelism | 1
          batch/v1 Job | /spec/backoffLimit | 6
          batch/v1 Job | /spec/completionMode | "NonIndexed"
          batch/v1 Job | /spec/podReplacementPolicy | "TerminatingOrFailed"
          batch/v1 Job | /spec/selector | {"matchLabels":{"batch.kubernetes.io/controller-uid":"u-1"}}
          batch/v1 Job | /spec/template/metadata/labels/job-name | "x"
          batch/v1 CronJob | /spec/successfulJobsHistoryLimit | 3
          autoscaling/v2 HorizontalPodAutoscaler | /spec/minReplicas | 1
          autoscaling/v2 HorizontalPodAutoscaler | /spec/metrics/0/resource/target/averageUtilization | 80
          networking.k8s.io/v1 NetworkPolicy | /spec/policyTypes | ["Ingress"]
          rbac.authorization.k8s.io/v1 RoleBinding | /roleRef/apiGroup | "rbac.authorization.k8s.io"
          storage.k8s.io/v1 StorageClass | /reclaimPolicy | "Delete"
          scheduling.k8s.io/v1 PriorityClass | /preemptionPolicy | "PreemptLowerPriority"
          admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration | /webhooks/0/failurePolicy | "Fail"
          admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration | /webhooks/0/timeoutSeconds | 10
          """)
  void absentFieldsAreFilled(String kind, String pointer, String expected) {
    ObjectNode object = Samples.fresh(kind);
    assertThat(object.at(pointer).toString()).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0} is pulled {1}")
  @CsvSource({
    "nginx, Always",
    "nginx:latest, Always",
    "nginx:1.2, IfNotPresent",
    "host:5000/nginx, Always",
    "host:5000/nginx:1, IfNotPresent",
    "nginx@sha256:abc, IfNotPresent",
    "nginx:latest@sha256:abc, Always"
  })
  void pullPolicyFollowsTheTag(String image, String policy) {
    ObjectNode pod =
        Samples.created(
            "v1 Pod",
            Samples.json("{'spec':{'containers':[{'name':'c','image':'" + image + "'}]}}"));
    assertThat(pod.at("/spec/containers/0/imagePullPolicy").asString()).isEqualTo(policy);
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          {}                                                                         | BestEffort
          {'requests':{'cpu':'1'}}                                                   | Burstable
          {'limits':{'cpu':'1','memory':'1Gi'}}                                      | Guaranteed
          {'limits':{'cpu':'1','memory':'1Gi'},'requests':{'cpu':'500m'}}            | Burstable
          """)
  void qosClassFollowsResources(String resources, String expected) {
    ObjectNode pod =
        Samples.created(
            "v1 Pod",
            Samples.json(
                "{'spec':{'containers':[{'name':'c','image':'i','resources':"
                    + resources
                    + "}]}}"));
    assertThat(pod.at("/status/qosClass").asString()).isEqualTo(expected);
  }

  @Test
  void textOfSecretsBecomesData() {
    ObjectNode secret = Samples.json("{'stringData':{'a':'text'}}");
    Samples.strategy("v1 Secret").defaults(secret);
    assertThat(secret.path("data").path("a").asString()).isEqualTo("dGV4dA==");
    assertThat(secret.has("stringData")).isFalse();
  }

  @Test
  void statusAndSpecAreWrittenApart() {
    ObjectNode old = Samples.fresh("apps/v1 Deployment");
    ObjectNode changed = old.deepCopy();
    Json.ensureObject(changed, "spec").put("replicas", 7);
    Json.ensureObject(changed, "status").put("readyReplicas", 7);
    ObjectNode main = changed.deepCopy();
    Samples.strategy("apps/v1 Deployment").prepareForUpdate(main, old, "");
    assertThat(main.at("/spec/replicas").asInt()).isEqualTo(7);
    assertThat(main.path("status")).isEqualTo(old.path("status"));
    Samples.strategy("apps/v1 Deployment").prepareForUpdate(changed, old, "status");
    assertThat(changed.at("/spec/replicas").asInt()).isEqualTo(1);
    assertThat(changed.at("/status/readyReplicas").asInt()).isEqualTo(7);
  }
}
