package dev.slipway.apiserver.builtin.core;

import dev.slipway.apiserver.builtin.Defaults;
import dev.slipway.base.Json;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Defaults of pods and of the templates they are made from.
///
/// Source: `pkg/apis/core/v1/defaults.go` and `zz_generated.defaults.go`.
public final class PodDefaults {
  private static final List<String> PROBES =
      List.of("livenessProbe", "readinessProbe", "startupProbe");
  private static final int FILE_MODE = 0644;

  private PodDefaults() {}

  /// A pod template: `metadata` and `spec`.
  public static void template(ObjectNode template) {
    spec(Defaults.object(template, "spec"));
  }

  /// A pod itself: what a template leaves open until a pod is made.
  static void pod(ObjectNode pod) {
    ObjectNode spec = Defaults.object(pod, "spec");
    spec(spec);
    for (String list : List.of("containers", "initContainers")) {
      Defaults.items(spec, list).forEach(PodDefaults::requestsFromLimits);
    }
    podRequests(spec);
    Defaults.flag(spec, "enableServiceLinks", true);
    if (spec.path("hostNetwork").asBoolean(false)) {
      for (String list : List.of("containers", "initContainers")) {
        Defaults.items(spec, list).forEach(PodDefaults::hostPorts);
      }
    }
  }

  private static void spec(ObjectNode spec) {
    Defaults.text(spec, "dnsPolicy", "ClusterFirst");
    Defaults.text(spec, "restartPolicy", "Always");
    Defaults.object(spec, "securityContext");
    Defaults.number(spec, "terminationGracePeriodSeconds", 30);
    Defaults.text(spec, "schedulerName", "default-scheduler");
    serviceAccount(spec);
    Defaults.items(spec, "volumes").forEach(PodDefaults::volume);
    for (String list : List.of("containers", "initContainers", "ephemeralContainers")) {
      Defaults.items(spec, list).forEach(PodDefaults::container);
    }
    Defaults.present(spec, "overhead").forEach(PodDefaults::quantities);
    Defaults.present(spec, "resources").forEach(PodDefaults::resources);
  }

  /// Both spellings of the service account hold the same name.
  private static void serviceAccount(ObjectNode spec) {
    String name = Json.text(spec, "serviceAccountName");
    String deprecated = Json.text(spec, "serviceAccount");
    if (!name.isEmpty()) {
      spec.put("serviceAccount", name);
    } else if (!deprecated.isEmpty()) {
      spec.put("serviceAccountName", deprecated);
    }
  }

  private static void container(ObjectNode container) {
    String image = Json.text(container, "image");
    Defaults.text(container, "imagePullPolicy", pullPolicy(image));
    Defaults.text(container, "terminationMessagePath", "/dev/termination-log");
    Defaults.text(container, "terminationMessagePolicy", "File");
    resources(Defaults.object(container, "resources"));
    for (ObjectNode port : Defaults.items(container, "ports")) {
      Defaults.text(port, "protocol", "TCP");
    }
    for (ObjectNode variable : Defaults.items(container, "env")) {
      Defaults.present(variable, "valueFrom", "fieldRef").forEach(PodDefaults::fieldRef);
      Defaults.present(variable, "valueFrom", "resourceFieldRef").forEach(PodDefaults::divisor);
      Defaults.present(variable, "valueFrom", "fileKeyRef")
          .forEach(each -> Defaults.flag(each, "optional", false));
    }
    for (String name : PROBES) {
      Defaults.present(container, name).forEach(PodDefaults::probe);
    }
    for (String hook : List.of("postStart", "preStop")) {
      Defaults.present(container, "lifecycle", hook, "httpGet").forEach(PodDefaults::httpGet);
    }
  }

  /// `latest`, written or implied, is pulled always.
  private static String pullPolicy(String image) {
    int digest = image.indexOf('@');
    String name = digest < 0 ? image : image.substring(0, digest);
    String last = name.substring(name.lastIndexOf('/') + 1);
    int colon = last.indexOf(':');
    boolean latest = colon < 0 ? digest < 0 : last.substring(colon + 1).equals("latest");
    return latest ? "Always" : "IfNotPresent";
  }

  private static void probe(ObjectNode probe) {
    Defaults.nonZero(probe, "timeoutSeconds", 1);
    Defaults.nonZero(probe, "periodSeconds", 10);
    Defaults.nonZero(probe, "successThreshold", 1);
    Defaults.nonZero(probe, "failureThreshold", 3);
    Defaults.present(probe, "httpGet").forEach(PodDefaults::httpGet);
    Defaults.present(probe, "grpc").forEach(each -> Defaults.absentText(each, "service", ""));
  }

  private static void httpGet(ObjectNode action) {
    Defaults.text(action, "path", "/");
    Defaults.text(action, "scheme", "HTTP");
  }

  private static void fieldRef(ObjectNode reference) {
    Defaults.text(reference, "apiVersion", "v1");
  }

  private static void divisor(ObjectNode reference) {
    Defaults.absentText(reference, "divisor", "0");
  }

  private static void volume(ObjectNode volume) {
    if (volume.propertyNames().stream()
        .allMatch(each -> each.equals("name") || Defaults.lacks(volume, each))) {
      volume.putObject("emptyDir");
    }
    for (String kind : List.of("secret", "configMap", "downwardAPI", "projected")) {
      Defaults.present(volume, kind)
          .forEach(each -> Defaults.number(each, "defaultMode", FILE_MODE));
    }
    Defaults.present(volume, "hostPath").forEach(each -> Defaults.absentText(each, "type", ""));
    Defaults.present(volume, "image")
        .forEach(
            each -> Defaults.text(each, "pullPolicy", pullPolicy(Json.text(each, "reference"))));
    Defaults.present(volume, "downwardAPI").forEach(PodDefaults::downward);
    for (ObjectNode source : Defaults.items(volume, "projected", "sources")) {
      Defaults.present(source, "downwardAPI").forEach(PodDefaults::downward);
      Defaults.present(source, "serviceAccountToken")
          .forEach(each -> Defaults.number(each, "expirationSeconds", 3600));
    }
    Defaults.present(volume, "ephemeral", "volumeClaimTemplate", "spec")
        .forEach(each -> Defaults.text(each, "volumeMode", "Filesystem"));
    legacySources(volume);
  }

  private static void downward(ObjectNode source) {
    for (ObjectNode item : Defaults.items(source, "items")) {
      Defaults.present(item, "fieldRef").forEach(PodDefaults::fieldRef);
      Defaults.present(item, "resourceFieldRef").forEach(PodDefaults::divisor);
    }
  }

  /// Defaults of volumes of particular makers; volumes and persistent volumes share them.
  public static void legacySources(ObjectNode volume) {
    Defaults.present(volume, "iscsi")
        .forEach(each -> Defaults.text(each, "iscsiInterface", "default"));
    for (ObjectNode rbd : Defaults.present(volume, "rbd")) {
      Defaults.text(rbd, "pool", "rbd");
      Defaults.text(rbd, "user", "admin");
      Defaults.text(rbd, "keyring", "/etc/ceph/keyring");
    }
    for (ObjectNode disk : Defaults.present(volume, "azureDisk")) {
      Defaults.absentText(disk, "cachingMode", "ReadWrite");
      Defaults.absentText(disk, "kind", "Shared");
      Defaults.absentText(disk, "fsType", "ext4");
      Defaults.flag(disk, "readOnly", false);
    }
    for (ObjectNode scaleIo : Defaults.present(volume, "scaleIO")) {
      Defaults.text(scaleIo, "storageMode", "ThinProvisioned");
      Defaults.text(scaleIo, "fsType", "xfs");
    }
  }

  private static void resources(ObjectNode resources) {
    Defaults.present(resources, "limits").forEach(PodDefaults::quantities);
    Defaults.present(resources, "requests").forEach(PodDefaults::quantities);
  }

  /// Quantities are stored as they were written; numbers become text, as upstream's type has it.
  public static void quantities(ObjectNode list) {
    for (String name : List.copyOf(list.propertyNames())) {
      JsonNode value = list.path(name);
      if (value.isNumber()) {
        list.put(name, value.asString());
      }
    }
  }

  private static void requestsFromLimits(ObjectNode container) {
    ObjectNode resources = Defaults.object(container, "resources");
    for (ObjectNode limits : Defaults.present(resources, "limits")) {
      if (!limits.isEmpty()) {
        fillFrom(limits, Defaults.object(resources, "requests"));
      }
    }
  }

  /// What the pod as a whole requests, where only its limits are given.
  private static void podRequests(ObjectNode spec) {
    for (ObjectNode limits : Defaults.present(spec, "resources", "limits")) {
      if (limits.isEmpty()) {
        return;
      }
      ObjectNode requests = Defaults.object(Defaults.object(spec, "resources"), "requests");
      Map<String, String> sums = new TreeMap<>(PodResources.requests(spec));
      sums.keySet().retainAll(Set.of("cpu", "memory"));
      sums.forEach((name, sum) -> Defaults.absentText(requests, name, sum));
      for (String name : limits.propertyNames()) {
        if (PodResources.countsForPods(name) && Defaults.lacks(requests, name)) {
          requests.set(name, limits.path(name));
        }
      }
    }
  }

  private static void fillFrom(ObjectNode source, ObjectNode target) {
    for (String name : source.propertyNames()) {
      if (Defaults.lacks(target, name)) {
        target.set(name, source.path(name));
      }
    }
  }

  private static void hostPorts(ObjectNode container) {
    for (ObjectNode port : Defaults.items(container, "ports")) {
      long inside = port.path("containerPort").asLong(0);
      if (inside != 0) {
        Defaults.nonZero(port, "hostPort", inside);
      }
    }
  }
}
