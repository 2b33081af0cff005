package dev.slipway.apiserver.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/// Every message with its field; the last column says what the message must hold.
class BuiltinStrategiesTest {
  @Test
  void samplesAreFlawless() {
    for (String kind : Samples.kinds()) {
      ObjectNode object = Samples.fresh(kind);
      assertThat(Samples.strategy(kind).validateCreate(object)).as(kind).isEmpty();
      assertThat(Samples.strategy(kind).validateUpdate(object, object.deepCopy(), ""))
          .as(kind)
          .isEmpty();
    }
  }

  @Test
  void defaultsAreIdempotent() {
    for (String kind : Samples.kinds()) {
      ObjectNode once = Samples.fresh(kind);
      ObjectNode twice = once.deepCopy();
      Samples.strategy(kind).defaults(twice);
      assertThat(twice).as(kind).isEqualTo(once);
    }
  }

  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          v1 Pod | {'spec':{'containers':[]}} | spec.containers: Required value
          v1 Pod | {'spec':{'containers':{'+':{'image':''}}}} | spec.containers[0].image: Required value
          v1 Pod | {'spec':{'containers':{'+':{'name':'A'}}}} | spec.containers[0].name: Invalid value: "A": a lowercase RFC 1123 label
          v1 Pod | {'spec':{'containers':{'+':{'image':' nginx'}}}} | spec.containers[0].image: Invalid value: " nginx": must not have leading or trailing whitespace
          v1 Pod | {'spec':{'containers':[{'name':'c','image':'i'},{'name':'c','image':'i'}]}} | spec.containers[1].name: Duplicate value: "c"
          v1 Pod | {'spec':{'containers':{'+':{'ports':[{'containerPort':0}]}}}} | spec.containers[0].ports[0].containerPort: Required value
          v1 Pod | {'spec':{'containers':{'+':{'ports':[{'containerPort':70000}]}}}} | spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive
          v1 Pod | {'spec':{'containers':{'+':{'ports':[{'containerPort':80,'protocol':'X'}]}}}} | spec.containers[0].ports[0].protocol: Unsupported value: "X": supported values: "SCTP", "TCP", "UDP"
          v1 Pod | {'spec':{'containers':{'+':{'volumeMounts':[{'name':'v','mountPath':'/v'}]}}}} | spec.containers[0].volumeMounts[0].name: Not found: "v"
          v1 Pod | {'spec':{'volumes':[{'name':'v'},{'name':'v'}]}} | spec.volumes[1].name: Duplicate value: "v"
          v1 Pod | {'spec':{'volumes':[{'name':'v','secret':{}}]}} | spec.volumes[0].secret.secretName: Required value
          v1 Pod | {'spec':{'volumes':[{'name':'v','secret':{'secretName':'s'},'emptyDir':{}}]}} | spec.volumes[0].secret: Forbidden: may not specify more than 1 volume type
          v1 Pod | {'spec':{'volumes':[{'name':'v','hostPath':{'path':'/a/../b'}}]}} | spec.volumes[0].hostPath.path: Invalid value: "/a/../b": must not contain '..'
          v1 Pod | {'spec':{'containers':{'+':{'resources':{'requests':{'cpu':'2'},'limits':{'cpu':'1'}}}}}} | spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1
          v1 Pod | {'spec':{'containers':{'+':{'resources':{'limits':{'cpu':'-1'}}}}}} | spec.containers[0].resources.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0
          v1 Pod | {'spec':{'containers':{'+':{'resources':{'limits':{'gpu':'1'}}}}}} | spec.containers[0].resources.limits[gpu]: Invalid value: "gpu": must be a standard resource type or fully qualified
          v1 Pod | {'spec':{'containers':{'+':{'resources':{'requests':{'a.b/gpu':'1'}}}}}} | spec.containers[0].resources.limits: Required value: Limit must be set for non overcommitable resources
          v1 Pod | {'spec':{'containers':{'+':{'livenessProbe':{}}}}} | spec.containers[0].livenessProbe: Required value: must specify a handler type
          v1 Pod | {'spec':{'containers':{'+':{'livenessProbe':{'exec':{'command':['a']},'successThreshold':2}}}}} | spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1
          v1 Pod | {'spec':{'containers':{'+':{'readinessProbe':{'httpGet':{'port':0}}}}}} | spec.containers[0].readinessProbe.httpGet.port: Invalid value: 0: must be between 1 and 65535, inclusive
          v1 Pod | {'spec':{'containers':{'+':{'env':[{'name':'A=B'}]}}}} | spec.containers[0].env[0].name: Invalid value: "A=B": a valid environment variable name
          v1 Pod | {'spec':{'containers':{'+':{'env':[{'name':'A','valueFrom':{'fieldRef':{'fieldPath':'status.phase'}}}]}}}} | spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Unsupported value: "status.phase"
          v1 Pod | {'spec':{'containers':{'+':{'imagePullPolicy':'Maybe'}}}} | spec.containers[0].imagePullPolicy: Unsupported value: "Maybe": supported values: "Always", "IfNotPresent", "Never"
          v1 Pod | {'spec':{'restartPolicy':'Sometimes'}} | spec.restartPolicy: Unsupported value: "Sometimes"
          v1 Pod | {'spec':{'dnsPolicy':'None'}} | spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None
          v1 Pod | {'spec':{'nodeSelector':{'a b':'c'}}} | spec.nodeSelector: Invalid value: "a b": name part must consist of
          v1 Pod | {'spec':{'tolerations':[{'operator':'Equal','value':'x'}]}} | spec.tolerations[0].operator: Invalid value: "Equal": operator must be Exists when `key` is empty
          v1 Pod | {'spec':{'initContainers':[{'name':'i','image':'i','livenessProbe':{'exec':{'command':['a']}}}]}} | spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without restartPolicy=Always
          v1 Pod | {'spec':{'ephemeralContainers':[{'name':'e','image':'i'}]}} | spec.ephemeralContainers: Forbidden: cannot be set on create
          v1 Pod | {'spec':{'activeDeadlineSeconds':0}} | spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive
          v1 Pod | {'spec':{'topologySpreadConstraints':[{'maxSkew':0,'topologyKey':'z','whenUnsatisfiable':'DoNotSchedule'}]}} | spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero
          v1 Service | {'spec':{'ports':[]}} | spec.ports: Required value
          v1 Service | {'spec':{'type':'Odd'}} | spec.type: Unsupported value: "Odd": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"
          v1 Service | {'spec':{'ports':[{'port':1},{'port':2}]}} | spec.ports[0].name: Required value
          v1 Service | {'spec':{'ports':[{'port':0}]}} | spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive
          v1 Service | {'spec':{'ports':[{'port':80,'nodePort':30000}]}} | spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'
          v1 Service | {'spec':{'type':'ExternalName','ports':[]}} | spec.externalName: Required value
          v1 Service | {'spec':{'clusterIP':'300.1.1.1'}} | spec.clusterIPs[0]: Invalid value: "300.1.1.1": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)
          v1 Service | {'spec':{'externalIPs':['127.0.0.1']}} | spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)
          v1 Service | {'spec':{'sessionAffinity':'Odd'}} | spec.sessionAffinity: Unsupported value: "Odd": supported values: "ClientIP", "None"
          v1 ConfigMap | {'data':{'a/b':'c'}} | data[a/b]: Invalid value: "a/b": a valid config key must consist of
          v1 ConfigMap | {'binaryData':{'a':'Yg=='}} | data[a]: Invalid value: "a": duplicate of key present in binaryData
          v1 Secret | {'type':'kubernetes.io/tls'} | data[tls.crt]: Required value
          v1 Secret | {'type':'kubernetes.io/basic-auth'} | data[username]: Required value
          v1 Secret | {'type':'kubernetes.io/service-account-token'} | metadata.annotations[kubernetes.io/service-account.name]: Required value
          v1 Namespace | {'spec':{'finalizers':['odd']}} | spec.finalizers: Invalid value: "odd": name is neither a standard finalizer name nor is it fully qualified
          v1 Node | {'spec':{'taints':[{'key':'a','effect':'Odd'}]}} | metadata.taints[0].effect: Unsupported value: "Odd"
          v1 ResourceQuota | {'spec':{'hard':{'pods':'1.5'}}} | spec.hard[pods]: Invalid value: "1500m": must be an integer
          v1 ResourceQuota | {'spec':{'hard':{'odd':'1'}}} | spec.hard[odd]: Invalid value: "odd": must be a standard resource for quota
          v1 LimitRange | {'spec':{'limits':{'+':{'min':{'cpu':'3'}}}}} | spec.limits[0].min[cpu]: Invalid value: "3": min value 3 is greater than max value 2
          v1 Endpoints | {'subsets':[{}]} | subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`
          v1 Event | {'involvedObject':{'namespace':'m'}} | involvedObject.namespace: Invalid value: "m": does not match event.namespace
          v1 PersistentVolume | {'spec':{'hostPath':null}} | spec: Required value: must specify a volume type
          v1 PersistentVolume | {'spec':{'capacity':{'storage':'0'}}} | spec.capacity[storage]: Invalid value: "0": must be greater than zero
          v1 PersistentVolumeClaim | {'spec':{'accessModes':[]}} | spec.accessModes: Required value: at least 1 access mode is required
          v1 PersistentVolumeClaim | {'spec':{'resources':null}} | spec.resources[storage]: Required value
          apps/v1 Deployment | {'spec':{'selector':null}} | spec.selector: Required value
          apps/v1 Deployment | {'spec':{'selector':{'matchLabels':null}}} | spec.selector: Invalid value: {}: empty selector is invalid for deployment
          apps/v1 Deployment | {'spec':{'selector':{'matchLabels':{'app':'b'}}}} | spec.template.metadata.labels: Invalid value: {"app":"a"}: `selector` does not match template `labels`
          apps/v1 Deployment | {'spec':{'replicas':-1}} | spec.replicas: Invalid value: -1: must be greater than or equal to 0
          apps/v1 Deployment | {'spec':{'template':{'spec':{'restartPolicy':'Never'}}}} | spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"
          apps/v1 Deployment | {'spec':{'strategy':{'rollingUpdate':{'maxSurge':0,'maxUnavailable':0}}}} | spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0
          apps/v1 Deployment | {'spec':{'strategy':{'type':'Recreate','rollingUpdate':{}}}} | spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'
          apps/v1 Deployment | {'spec':{'progressDeadlineSeconds':5,'minReadySeconds':5}} | spec.progressDeadlineSeconds: Invalid value: 5: must be greater than minReadySeconds
          apps/v1 Deployment | {'spec':{'selector':{'matchExpressions':[{'key':'a','operator':'Odd'}]}}} | spec.selector.matchExpressions[0].operator: Invalid value: "Odd": not a valid selector operator
          apps/v1 DaemonSet | {'spec':{'updateStrategy':{'rollingUpdate':{'maxSurge':1,'maxUnavailable':1}}}} | spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero
          apps/v1 StatefulSet | {'spec':{'podManagementPolicy':'Odd'}} | spec.podManagementPolicy: Invalid value: "Odd": must be 'OrderedReady' or 'Parallel'
          batch/v1 Job | {'spec':{'template':{'spec':{'restartPolicy':'Always'}}}} | spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"
          batch/v1 Job | {'spec':{'parallelism':-1}} | spec.parallelism: Invalid value: -1: must be greater than or equal to 0
          batch/v1 Job | {'spec':{'completionMode':'Odd'}} | spec.completionMode: Unsupported value: "Odd"
          batch/v1 CronJob | {'spec':{'schedule':'odd'}} | spec.schedule: Invalid value: "odd": expected exactly 5 fields, found 1: [odd]
          batch/v1 CronJob | {'spec':{'schedule':'61 * * * *'}} | spec.schedule: Invalid value: "61 * * * *": end of range (61) above maximum (59): 61
          batch/v1 CronJob | {'spec':{'timeZone':'Mars/North'}} | spec.timeZone: Invalid value: "Mars/North": unknown time zone Mars/North
          batch/v1 CronJob | {'spec':{'concurrencyPolicy':'Odd'}} | spec.concurrencyPolicy: Unsupported value: "Odd": supported values: "Allow", "Forbid", "Replace"
          autoscaling/v2 HorizontalPodAutoscaler | {'spec':{'maxReplicas':0}} | spec.maxReplicas: Invalid value: 0: must be greater than 0
          autoscaling/v2 HorizontalPodAutoscaler | {'spec':{'minReplicas':9}} | spec.maxReplicas: Invalid value: 3: must be greater than or equal to `minReplicas`
          autoscaling/v2 HorizontalPodAutoscaler | {'spec':{'metrics':[{'type':'Odd'}]}} | spec.metrics[0].type: Unsupported value: "Odd"
          policy/v1 PodDisruptionBudget | {'spec':{'maxUnavailable':1}} | minAvailable and maxUnavailable cannot be both set
          policy/v1 PodDisruptionBudget | {'spec':{'minAvailable':'101%'}} | spec.minAvailable: Invalid value: "101%": must not be greater than 100%
          policy/v1beta1 PodSecurityPolicy | {'spec':{'runAsUser':{'rule':'Odd'}}} | spec.runAsUser.rule: Unsupported value: "Odd"
          networking.k8s.io/v1 Ingress | {'spec':{'defaultBackend':null}} | either `defaultBackend` or `rules` must be specified
          networking.k8s.io/v1 Ingress | {'spec':{'rules':[{'http':{'paths':[{'path':'/'}]}}]}} | spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified
          networking.k8s.io/v1 Ingress | {'spec':{'rules':[{'host':'1.2.3.4'}]}} | spec.rules[0].host: Invalid value: "1.2.3.4": must be a DNS name, not an IP address
          networking.k8s.io/v1 IngressClass | {'spec':{'controller':''}} | spec.controller: Required value
          networking.k8s.io/v1 NetworkPolicy | {'spec':{'ingress':[{'from':[{'ipBlock':{'cidr':'10.0.0.1/8'}}]}]}} | spec.ingress[0].from[0].ipBlock.cidr: Invalid value: "10.0.0.1/8": must not have bits set beyond the prefix length
          networking.k8s.io/v1 NetworkPolicy | {'spec':{'egress':[{'to':[{}]}]}} | spec.egress[0].to[0]: Required value: must specify a peer
          discovery.k8s.io/v1 EndpointSlice | {'addressType':'Odd'} | addressType: Unsupported value: "Odd": supported values: "FQDN", "IPv4", "IPv6"
          rbac.authorization.k8s.io/v1 Role | {'rules':{'+':{'verbs':[]}}} | rules[0].verbs: Required value: verbs must contain at least one value
          rbac.authorization.k8s.io/v1 Role | {'rules':{'+':{'resources':[]}}} | rules[0].resources: Required value: resource rules must supply at least one resource
          rbac.authorization.k8s.io/v1 Role | {'rules':{'+':{'nonResourceURLs':['/x']}}} | namespaced rules cannot apply to non-resource URLs
          rbac.authorization.k8s.io/v1 RoleBinding | {'subjects':{'+':{'kind':'Odd'}}} | subjects[0].kind: Unsupported value: "Odd": supported values: "Group", "ServiceAccount", "User"
          storage.k8s.io/v1 StorageClass | {'provisioner':null} | provisioner: Required value
          storage.k8s.io/v1 StorageClass | {'volumeBindingMode':'Odd'} | volumeBindingMode: Unsupported value: "Odd"
          coordination.k8s.io/v1 Lease | {'spec':{'leaseDurationSeconds':0}} | spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0
          scheduling.k8s.io/v1 PriorityClass | {'value':2000000000} | value: Forbidden: maximum allowed value of a user defined priority is 1000000000
          admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration | {'webhooks':{'+':{'name':'a'}}} | webhooks[0].name: Invalid value: "a": should be a domain with at least three segments separated by dots
          admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration | {'webhooks':{'+':{'sideEffects':null}}} | webhooks[0].sideEffects: Required value: must specify one of None, NoneOnDryRun
          admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration | {'webhooks':{'+':{'timeoutSeconds':60}}} | webhooks[0].timeoutSeconds: Invalid value: 60: the timeout value must be between 1 and 30 seconds
          admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy | {'spec':{'validations':[]}} | spec.validations: Required value: validations or auditAnnotations must contain at least one item
          """)
  void newObjectsAreJudged(String kind, String patch, String message) {
    assertThat(Samples.create(kind, patch)).anyMatch(each -> each.contains(message));
  }

  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          v1 Pod | {'spec':{'nodeName':'other'}} | spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,
          v1 Pod | {'spec':{'containers':[{'name':'c','image':'i'},{'name':'d','image':'i'}]}} | spec.containers: Forbidden: pod updates may not add or remove containers
          v1 ConfigMap | {'data':{'a b':'c'}} | data[a b]: Invalid value
          v1 Secret | {'type':'other'} | type: Invalid value: "other": field is immutable
          v1 ResourceQuota | {'spec':{'scopes':['BestEffort']}} | spec.scopes: Invalid value: ["BestEffort"]: field is immutable
          v1 PersistentVolume | {'spec':{'hostPath':{'path':'/y'}}} | spec.persistentvolumesource is immutable after creation
          v1 PersistentVolumeClaim | {'spec':{'accessModes':['ReadWriteMany']}} | spec: Forbidden: spec is immutable after creation except resources.requests
          apps/v1 Deployment | {'spec':{'selector':{'matchLabels':{'b':'c'}}}} | spec.selector: Invalid value: {"matchLabels":{"app":"a","b":"c"}}: field is immutable
          apps/v1 StatefulSet | {'spec':{'serviceName':'s'}} | spec: Forbidden: updates to statefulset spec for fields other than 'replicas',
          batch/v1 Job | {'spec':{'completions':5}} | spec.completions: Invalid value: 5: field is immutable
          batch/v1 Job | {'spec':{'template':{'spec':{'hostname':'h'}}}} | field is immutable
          networking.k8s.io/v1 IngressClass | {'spec':{'controller':'x.y/z'}} | spec.controller: Invalid value: "x.y/z": field is immutable
          discovery.k8s.io/v1 EndpointSlice | {'addressType':'FQDN'} | addressType: Invalid value: "FQDN": field is immutable
          rbac.authorization.k8s.io/v1 RoleBinding | {'roleRef':{'name':'s'}} | cannot change roleRef
          storage.k8s.io/v1 StorageClass | {'provisioner':'x.y/z'} | provisioner: Forbidden: updates to provisioner are forbidden.
          scheduling.k8s.io/v1 PriorityClass | {'value':11} | value: Forbidden: may not be changed in an update.
          """)
  void changesAreJudged(String kind, String patch, String message) {
    assertThat(Samples.update(kind, patch)).anyMatch(each -> each.contains(message));
  }

  @Test
  void imagesOfPodsMayChange() {
    assertThat(Samples.update("v1 Pod", "{'spec':{'containers':{'+':{'image':'nginx:2'}}}}"))
        .isEmpty();
  }
}
