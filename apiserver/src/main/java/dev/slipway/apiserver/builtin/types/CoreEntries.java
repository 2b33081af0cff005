package dev.slipway.apiserver.builtin.types;

import dev.slipway.apiserver.resource.Converter;
import java.util.ArrayList;
import java.util.List;

/// The core group, and events under both of their names.
final class CoreEntries {
  private static final String POLICY_TYPE = "io.k8s.api.policy.v1beta1.PodSecurityPolicy";

  private CoreEntries() {}

  static List<Entry> core() {
    var entries = new ArrayList<Entry>();
    entries.add(core("Binding", "bindings").createOnly());
    entries.add(core("ConfigMap", "configmaps").shortNames("cm"));
    entries.add(endpoints());
    entries.add(event());
    entries.add(core("LimitRange", "limitranges").shortNames("limits"));
    entries.add(namespace());
    entries.add(node());
    entries.add(core("PersistentVolumeClaim", "persistentvolumeclaims").shortNames("pvc").status());
    entries.add(core("PersistentVolume", "persistentvolumes").cluster().shortNames("pv").status());
    entries.add(pod());
    entries.add(podSecurityPolicy());
    entries.add(core("PodTemplate", "podtemplates"));
    entries.add(core("ResourceQuota", "resourcequotas").shortNames("quota").status());
    entries.add(core("Secret", "secrets").fields("type"));
    entries.add(core("ServiceAccount", "serviceaccounts").shortNames("sa").subresources("token"));
    entries.add(service());
    return entries;
  }

  static List<Entry> events() {
    return List.of(
        Entry.entry("events.k8s.io", "v1", "Event", "events")
            .shortNames("ev")
            .fields("reason", "reportingController", "type")
            .fields("regarding.kind", "regarding.namespace", "regarding.name", "regarding.uid")
            .fields("regarding.apiVersion", "regarding.resourceVersion", "regarding.fieldPath")
            .storedAs("", "v1", new EventConverter()));
  }

  private static Entry core(String kind, String plural) {
    return Entry.entry("", "v1", kind, plural);
  }

  private static Entry endpoints() {
    return core("Endpoints", "endpoints")
        .shortNames("ep")
        .deprecated("v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice");
  }

  private static Entry event() {
    return core("Event", "events")
        .shortNames("ev")
        .fields("involvedObject.kind", "involvedObject.namespace", "involvedObject.name")
        .fields("involvedObject.uid", "involvedObject.apiVersion")
        .fields("involvedObject.resourceVersion", "involvedObject.fieldPath")
        .fields("reason", "reportingComponent", "source", "type");
  }

  private static Entry namespace() {
    return core("Namespace", "namespaces")
        .cluster()
        .shortNames("ns")
        .verbs("create", "delete", "get", "list", "patch", "update", "watch")
        .status()
        .subresources("finalize")
        .fields("status.phase");
  }

  private static Entry node() {
    return core("Node", "nodes")
        .cluster()
        .shortNames("no")
        .status()
        .subresources("proxy")
        .field("spec.unschedulable", "false");
  }

  private static Entry pod() {
    return core("Pod", "pods")
        .shortNames("po")
        .inAll()
        .status()
        .subresources(
            "attach",
            "binding",
            "ephemeralcontainers",
            "eviction",
            "exec",
            "log",
            "portforward",
            "proxy",
            "resize")
        .fields("spec.nodeName", "spec.restartPolicy", "spec.schedulerName")
        .fields("spec.serviceAccountName", "status.phase", "status.podIP")
        .fields("status.nominatedNodeName")
        .field("spec.hostNetwork", "false");
  }

  /// Old manifests write `apiVersion: v1`. The kind's home is policy/v1beta1, where its short name
  /// lives too, so that `kubectl get psp` finds one resource.
  private static Entry podSecurityPolicy() {
    return core("PodSecurityPolicy", "podsecuritypolicies")
        .cluster()
        .ofType(POLICY_TYPE)
        .storedAs("policy", "v1beta1", Converter.relabel("v1", "policy/v1beta1"))
        .deprecated("v1 PodSecurityPolicy is served for old manifests; its home is policy/v1beta1");
  }

  private static Entry service() {
    return core("Service", "services")
        .shortNames("svc")
        .inAll()
        .status()
        .subresources("proxy")
        .fields("spec.clusterIP", "spec.type");
  }
}
