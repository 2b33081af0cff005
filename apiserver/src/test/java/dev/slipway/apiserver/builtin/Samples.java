package dev.slipway.apiserver.builtin;

import dev.slipway.apiserver.resource.GroupVersionKind;
import dev.slipway.apiserver.resource.Strategy;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Well-formed objects, one a kind, and the ways tests change them. JSON is written with single
/// quotes.
final class Samples {
  private static final String POD_SPEC = "'spec':{'containers':[{'name':'c','image':'nginx'}]}";
  private static final String TEMPLATE =
      "'template':{'metadata':{'labels':{'app':'a'}}," + POD_SPEC + "}";
  private static final String SELECTOR = "'selector':{'matchLabels':{'app':'a'}}";
  private static final String RBAC = "rbac.authorization.k8s.io/v1 ";
  private static final String ADMISSION = "admissionregistration.k8s.io/v1 ";
  private static final String RULE =
      "{'apiGroups':['*'],'apiVersions':['*'],'operations':['*'],'resources':['*']}";

  private static final Map<String, String> BODIES =
      Map.ofEntries(
          Map.entry("v1 Pod", POD_SPEC),
          Map.entry("v1 Service", "'spec':{'ports':[{'port':80}]}"),
          Map.entry("v1 ConfigMap", "'data':{'a':'b'}"),
          Map.entry("v1 Secret", "'data':{'a':'Yg=='}"),
          Map.entry("v1 Namespace", "'spec':{}"),
          Map.entry("v1 Node", "'spec':{}"),
          Map.entry("v1 ResourceQuota", "'spec':{'hard':{'pods':'4'}}"),
          Map.entry("v1 LimitRange", "'spec':{'limits':[{'type':'Container','max':{'cpu':'2'}}]}"),
          Map.entry("v1 Endpoints", "'subsets':[{'addresses':[{'ip':'10.0.0.1'}]}]"),
          Map.entry("v1 Event", "'involvedObject':{'namespace':'n'}"),
          Map.entry(
              "v1 PersistentVolume",
              "'spec':{'capacity':{'storage':'1Gi'},'accessModes':['ReadWriteOnce'],"
                  + "'hostPath':{'path':'/x'}}"),
          Map.entry(
              "v1 PersistentVolumeClaim",
              "'spec':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}"),
          Map.entry("apps/v1 Deployment", "'spec':{" + SELECTOR + "," + TEMPLATE + "}"),
          Map.entry("apps/v1 ReplicaSet", "'spec':{" + SELECTOR + "," + TEMPLATE + "}"),
          Map.entry("apps/v1 DaemonSet", "'spec':{" + SELECTOR + "," + TEMPLATE + "}"),
          Map.entry("apps/v1 StatefulSet", "'spec':{" + SELECTOR + "," + TEMPLATE + "}"),
          Map.entry(
              "batch/v1 Job",
              "'spec':{'template':{'spec':{'restartPolicy':'Never',"
                  + "'containers':[{'name':'c','image':'i:1'}]}}}"),
          Map.entry(
              "batch/v1 CronJob",
              "'spec':{'schedule':'*/5 * * * *','jobTemplate':{'spec':{'template':{'spec':{"
                  + "'restartPolicy':'Never','containers':[{'name':'c','image':'i:1'}]}}}}}"),
          Map.entry(
              "autoscaling/v2 HorizontalPodAutoscaler",
              "'spec':{'maxReplicas':3,'scaleTargetRef':{'kind':'Deployment','name':'d'}}"),
          Map.entry("policy/v1 PodDisruptionBudget", "'spec':{'minAvailable':1}"),
          Map.entry(
              "policy/v1beta1 PodSecurityPolicy",
              "'spec':{'seLinux':{'rule':'RunAsAny'},'runAsUser':{'rule':'RunAsAny'},"
                  + "'fsGroup':{'rule':'RunAsAny'},'supplementalGroups':{'rule':'RunAsAny'}}"),
          Map.entry(
              "networking.k8s.io/v1 Ingress",
              "'spec':{'defaultBackend':{'service':{'name':'s','port':{'number':80}}}}"),
          Map.entry("networking.k8s.io/v1 IngressClass", "'spec':{'controller':'a.b/c'}"),
          Map.entry("networking.k8s.io/v1 NetworkPolicy", "'spec':{}"),
          Map.entry(
              "discovery.k8s.io/v1 EndpointSlice",
              "'addressType':'IPv4','endpoints':[{'addresses':['10.0.0.1']}],'ports':[{'port':1}]"),
          Map.entry(
              RBAC + "Role", "'rules':[{'verbs':['get'],'apiGroups':[''],'resources':['pods']}]"),
          Map.entry(
              RBAC + "RoleBinding",
              "'roleRef':{'kind':'Role','name':'r'},'subjects':[{'kind':'User','name':'u'}]"),
          Map.entry("storage.k8s.io/v1 StorageClass", "'provisioner':'a.b/c'"),
          Map.entry("coordination.k8s.io/v1 Lease", "'spec':{'holderIdentity':'h'}"),
          Map.entry("scheduling.k8s.io/v1 PriorityClass", "'value':10"),
          Map.entry(
              ADMISSION + "ValidatingWebhookConfiguration",
              "'webhooks':[{'name':'a.b.c','sideEffects':'None','admissionReviewVersions':['v1'],"
                  + "'clientConfig':{'url':'https://x/y'},'rules':["
                  + RULE
                  + "]}]"),
          Map.entry(
              ADMISSION + "ValidatingAdmissionPolicy",
              "'spec':{'matchConstraints':{'resourceRules':["
                  + RULE
                  + "]},'validations':[{'expression':'true'}]}"));

  private Samples() {}

  static Iterable<String> kinds() {
    return BODIES.keySet();
  }

  static Strategy strategy(String kind) {
    String[] parts = kind.split(" ", 2);
    return BuiltinStrategies.of(GroupVersionKind.of(parts[0], parts[1]));
  }

  /// As a client sends it, with what the server sets first.
  static ObjectNode raw(String kind) {
    String metadata = "'metadata':{'name':'x','namespace':'n','uid':'u-1'}";
    return json("{" + metadata + "," + BODIES.get(kind) + "}");
  }

  /// Defaulted and prepared.
  static ObjectNode fresh(String kind) {
    return created(kind, raw(kind));
  }

  static ObjectNode created(String kind, ObjectNode object) {
    strategy(kind).defaults(object);
    strategy(kind).prepareForCreate(object);
    return object;
  }

  /// What is wrong with the kind's sample once a merge patch is laid over it.
  static List<String> create(String kind, String patch) {
    ObjectNode object = raw(kind);
    merge(object, json(patch));
    return texts(strategy(kind).validateCreate(created(kind, object)));
  }

  /// What is wrong with changing the kind's sample by a merge patch.
  static List<String> update(String kind, String patch) {
    return update(kind, "{}", patch);
  }

  /// As above, where the stored object differs from the sample by a merge patch itself.
  static List<String> update(String kind, String before, String patch) {
    ObjectNode old = raw(kind);
    merge(old, json(before));
    created(kind, old);
    merge(old, json(before)); // what a new object may not have: its status
    ObjectNode object = old.deepCopy();
    merge(object, json(patch));
    strategy(kind).defaults(object);
    strategy(kind).prepareForUpdate(object, old, "");
    return texts(strategy(kind).validateUpdate(object, old, ""));
  }

  static ObjectNode json(String text) {
    return Json.parseObject(text.replace('\'', '"'));
  }

  private static List<String> texts(List<Problem> problems) {
    return problems.stream().map(Problem::toString).toList();
  }

  /// JSON merge patch; a list in the patch whose first element has `+` changes the first element.
  private static void merge(ObjectNode target, ObjectNode patch) {
    for (Map.Entry<String, JsonNode> each : patch.properties()) {
      JsonNode value = each.getValue();
      String name = each.getKey();
      if (value.isNull()) {
        target.remove(name);
      } else if (value instanceof ObjectNode object
          && target.get(name) instanceof ObjectNode inner) {
        merge(inner, object);
      } else if (value instanceof ObjectNode object
          && object.has("+")
          && target.path(name).path(0) instanceof ObjectNode first) {
        merge(first, (ObjectNode) object.path("+"));
      } else {
        target.set(name, value);
      }
    }
  }
}
