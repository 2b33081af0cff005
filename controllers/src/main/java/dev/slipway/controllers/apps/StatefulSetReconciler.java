package dev.slipway.controllers.apps;

import dev.slipway.base.Json;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Keeps pods that have a number, a name and storage of their own; in order where asked.
///
/// Source: `pkg/controller/statefulset/stateful_set_control.go`.
public final class StatefulSetReconciler implements Reconciler {
  @Override
  public Kind kind() {
    return Kinds.STATEFUL_SET;
  }

  @Override
  public Set<Kind> children() {
    return Set.of(Kinds.POD, Kinds.CONTROLLER_REVISION);
  }

  @Override
  public Plan plan(Resource set, Observed observed) {
    var plan = new Plan().spare(Kinds.POD).spare(Kinds.CONTROLLER_REVISION);
    var revisions = StatefulRevisions.of(set, observed);
    var ordinals = Ordinals.of(set, observed.children(Kinds.POD));
    if (!set.deleting()) {
      revisions.keep(plan);
      new Step(set, observed, plan, revisions, ordinals).run();
    }
    return plan.status(StatefulStatus.of(set, revisions, ordinals, observed, plan));
  }

  /// One look at the pods: what may happen now.
  private record Step(
      Resource set, Observed observed, Plan plan, StatefulRevisions revisions, Ordinals ordinals) {

    void run() {
      if (fill() && shrink()) {
        update();
      }
      releaseClaims();
    }

    private boolean monotonic() {
      return !set.text("spec", "podManagementPolicy").equals("Parallel");
    }

    /// Makes missing pods.
    ///
    /// @return whether the steps after it may go on
    private boolean fill() {
      for (int ordinal = ordinals.first(); ordinal < ordinals.end(); ordinal++) {
        var found = ordinals.at(ordinal);
        if (found.isEmpty()) {
          make(ordinal);
        } else if (Pods.finished(found.get()) && !found.get().deleting()) {
          plan.delete(found.get());
        }
        if (monotonic() && !found.filter(this::healthy).isPresent()) {
          return false;
        }
      }
      return true;
    }

    private boolean healthy(Resource pod) {
      int minReady = set.spec().path("minReadySeconds").asInt(0);
      Pods.untilAvailable(pod, minReady, observed.now()).ifPresent(plan::again);
      return Pods.active(pod) && Pods.available(pod, minReady, observed.now());
    }

    private void make(int ordinal) {
      var template = revisions.templateFor(ordinal, ordinals);
      var pod = Pods.of(template, set.namespace());
      var name = set.name() + "-" + ordinal;
      var metadata = Json.ensureObject(pod, "metadata").put("name", name);
      Json.ensureObject(metadata, "labels")
          .put("statefulset.kubernetes.io/pod-name", name)
          .put("apps.kubernetes.io/pod-index", Integer.toString(ordinal))
          .put(StatefulRevisions.LABEL, revisions.nameFor(ordinal, ordinals));
      var spec = Json.ensureObject(pod, "spec").put("hostname", name);
      if (!set.text("spec", "serviceName").isEmpty()) {
        spec.put("subdomain", set.text("spec", "serviceName"));
      }
      new Claims(set).provide(name, spec, observed, plan);
      plan.create(Kinds.POD, pod);
      plan.event(
          "SuccessfulCreate",
          "create Pod " + name + " in StatefulSet " + set.name() + " successful");
    }

    /// Ends pods beyond the wanted number, the highest first.
    private boolean shrink() {
      var beyond =
          ordinals.beyond().stream()
              .sorted(Comparator.comparingInt((Resource pod) -> Ordinals.of(pod)).reversed())
              .toList();
      for (var pod : beyond) {
        if (!pod.deleting()) {
          delete(pod);
        }
        if (monotonic()) {
          return false;
        }
      }
      return beyond.isEmpty() || !monotonic();
    }

    /// Ends one pod of an old revision, the highest first, once those above it answer.
    private void update() {
      if (set.text("spec", "updateStrategy", "type").equals("OnDelete")) {
        return;
      }
      int partition = set.at("spec", "updateStrategy", "rollingUpdate", "partition").asInt(0);
      for (int ordinal = ordinals.end() - 1; ordinal >= ordinals.first() + partition; ordinal--) {
        var found = ordinals.at(ordinal);
        if (found.isEmpty()) {
          return;
        }
        var pod = found.get();
        if (!pod.label(StatefulRevisions.LABEL).equals(revisions.update()) && !pod.deleting()) {
          delete(pod);
          return;
        }
        if (!healthy(pod)) {
          return;
        }
      }
    }

    private void delete(Resource pod) {
      plan.delete(pod);
      plan.event(
          "SuccessfulDelete",
          "delete Pod " + pod.name() + " in StatefulSet " + set.name() + " successful");
    }

    /// Storage of ordinals beyond the wanted number goes where the policy says so.
    private void releaseClaims() {
      if (set.text("spec", "persistentVolumeClaimRetentionPolicy", "whenScaled").equals("Delete")) {
        new Claims(set).release(ordinals, observed, plan);
      }
    }
  }

  /// The storage of each pod: a claim for each template.
  private record Claims(Resource set) {
    void provide(String pod, ObjectNode spec, Observed observed, Plan plan) {
      for (var template : set.spec().path("volumeClaimTemplates")) {
        var volume = Json.text(template, "metadata", "name");
        var name = volume + "-" + pod;
        var volumes = spec.withArray("volumes");
        for (int i = volumes.size() - 1; i >= 0; i--) {
          if (Json.text(volumes.get(i), "name").equals(volume)) {
            volumes.remove(i);
          }
        }
        volumes
            .addObject()
            .put("name", volume)
            .putObject("persistentVolumeClaim")
            .put("claimName", name);
        if (observed.find(Kinds.CLAIM.key(set.namespace(), name)).isEmpty()) {
          plan.keepUnowned(Kinds.CLAIM, claim(template, name));
        }
      }
    }

    private ObjectNode claim(JsonNode template, String name) {
      var claim = Json.object().put("apiVersion", "v1").put("kind", "PersistentVolumeClaim");
      var metadata = claim.putObject("metadata");
      metadata.put("name", name).put("namespace", set.namespace());
      var labels = metadata.putObject("labels");
      Json.strings(template, "metadata", "labels").forEach(labels::put);
      Json.strings(set.spec(), "selector", "matchLabels").forEach(labels::put);
      if (set.text("spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted")
          .equals("Delete")) {
        metadata
            .putArray("ownerReferences")
            .addObject()
            .put("apiVersion", "apps/v1")
            .put("kind", "StatefulSet")
            .put("name", set.name())
            .put("uid", set.uid());
      }
      claim.set("spec", template.path("spec").deepCopy());
      return claim;
    }

    void release(Ordinals ordinals, Observed observed, Plan plan) {
      var labels = Json.strings(set.spec(), "selector", "matchLabels");
      for (var claim : observed.list(Kinds.CLAIM, set.namespace(), labels)) {
        int ordinal = Ordinals.of(claim);
        boolean ours = claim.name().endsWith("-" + set.name() + "-" + ordinal);
        boolean beyond = ordinal >= ordinals.end() || ordinal < ordinals.first();
        if (ours && beyond && ordinals.at(ordinal).isEmpty() && !claim.deleting()) {
          plan.delete(claim);
        }
      }
    }
  }

  /// The pods by their number.
  ///
  /// @param first lowest wanted number
  /// @param end one above the highest
  record Ordinals(int first, int end, List<Resource> pods) {
    static Ordinals of(Resource set, List<Resource> pods) {
      int first = set.at("spec", "ordinals", "start").asInt(0);
      return new Ordinals(first, first + ReplicaSets.wanted(set), pods);
    }

    /// The number at the end of a name; -1 where there is none.
    static int of(Resource object) {
      var name = object.name();
      try {
        return Integer.parseInt(name.substring(name.lastIndexOf('-') + 1));
      } catch (NumberFormatException _) {
        return -1;
      }
    }

    Optional<Resource> at(int ordinal) {
      return pods.stream().filter(pod -> of(pod) == ordinal).findFirst();
    }

    List<Resource> beyond() {
      return pods.stream().filter(pod -> of(pod) >= end || of(pod) < first).toList();
    }
  }
}
