package dev.slipway.controllers.knative;

import dev.slipway.autoscaling.knative.RevisionGc;
import dev.slipway.base.Json;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// Makes a Revision of every new template and knows the newest that is ready.
public final class ConfigurationReconciler implements Reconciler {
  private static final String LATEST_CREATED = "latestCreatedRevisionName";
  private static final String LATEST_READY = "latestReadyRevisionName";

  /// How often what may have become too old is looked at.
  private static final Duration COLLECT_AGAIN = Duration.ofHours(1);

  @Override
  public Kind kind() {
    return Kinds.CONFIGURATION;
  }

  @Override
  public Set<Kind> children() {
    return Set.of(Kinds.REVISION);
  }

  @Override
  public Plan plan(Resource configuration, Observed observed) {
    var plan = new Plan().spare(Kinds.REVISION);
    if (configuration.deleting()) {
      return plan;
    }
    release(observed, configuration, plan);
    collect(observed, configuration, plan);
    var status = new KnativeStatus(configuration, observed.now(), "Ready");
    var name = revisionName(configuration);
    var present = observed.find(Kinds.REVISION.key(configuration.namespace(), name));
    if (present.isEmpty()) {
      plan.create(Kinds.REVISION, revision(configuration, name, observed));
      plan.event("Created", "Created Revision \"" + name + "\"");
      status.unknown("Ready", "", "");
      refused(observed, status);
    } else if (taken(configuration, present.get())) {
      status.no(
          "Ready",
          "RevisionFailed",
          "Revision creation failed with message: there is another Revision \"" + name + "\".");
      return plan.status(finish(configuration, observed, status, Optional.empty()));
    } else {
      ready(present.get(), status);
    }
    return plan.status(finish(configuration, observed, status, Optional.of(name)));
  }

  /// Revisions that a route led to which is gone are in reserve.
  private static void release(Observed observed, Resource configuration, Plan plan) {
    for (var revision : observed.children(Kinds.REVISION)) {
      for (var route : RoutingLabels.routes(revision)) {
        var key = Kinds.KNATIVE_ROUTE.key(configuration.namespace(), route);
        if (observed.find(key).isEmpty()) {
          RoutingLabels.label(revision, route, false, observed.now(), plan);
        }
      }
    }
  }

  /// Deletes revisions that have had no traffic for long.
  private static void collect(Observed observed, Resource configuration, Plan plan) {
    var settings = KnativeConfig.gc(observed);
    var latest = configuration.text("status", LATEST_READY);
    var all =
        observed.children(Kinds.REVISION).stream()
            .filter(each -> !each.deleting())
            .map(each -> collectable(each, latest))
            .toList();
    if (all.size() <= settings.leastKept()) {
      return;
    }
    var gone = RevisionGc.collect(all, settings, observed.now());
    for (var name : gone) {
      observed
          .child(Kinds.REVISION, name)
          .ifPresent(
              each -> {
                plan.delete(each);
                plan.event("Deleted", "Deleted Revision \"" + name + "\", unused for too long");
              });
    }
    plan.again(COLLECT_AGAIN);
  }

  private static RevisionGc.Revision collectable(Resource revision, String latest) {
    var modified = revision.annotation(Serving.ROUTING_STATE_MODIFIED);
    boolean kept =
        !revision.label(Serving.ROUTING_STATE).equals("reserve")
            || revision.name().equals(latest)
            || revision.annotation(Serving.NO_GC).equals("true");
    return new RevisionGc.Revision(revision.name(), revision.created(), instant(modified), kept);
  }

  private static Optional<Instant> instant(String text) {
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }

  private static void refused(Observed observed, KnativeStatus status) {
    observed.refusals().stream()
        .filter(each -> each.kind().equals(Kinds.REVISION))
        .findFirst()
        .ifPresent(
            each ->
                status.no(
                    "Ready",
                    "RevisionFailed",
                    "Revision creation failed with message: " + each.message() + "."));
  }

  private static void ready(Resource revision, KnativeStatus status) {
    var ready = revision.conditionNode("Ready");
    switch (revision.condition("Ready")) {
      case "True" -> status.yes("Ready");
      case "False" ->
          status.no(
              "Ready",
              "RevisionFailed",
              "Revision \""
                  + revision.name()
                  + "\" failed with message: "
                  + Json.text(ready, "message")
                  + ".");
      default -> status.unknown("Ready", "", "");
    }
  }

  private static ObjectNode finish(
      Resource configuration, Observed observed, KnativeStatus made, Optional<String> created) {
    var status = made.begin(configuration);
    created.ifPresent(name -> status.put(LATEST_CREATED, name));
    latestReady(configuration, observed).ifPresent(name -> status.put(LATEST_READY, name));
    return status;
  }

  /// The youngest that is ready; the one named before where none is, as long as it is there.
  private static Optional<String> latestReady(Resource configuration, Observed observed) {
    var before = configuration.text("status", LATEST_READY);
    return observed.children(Kinds.REVISION).stream()
        .filter(each -> each.isTrue("Ready") || each.name().equals(before))
        .filter(each -> !each.deleting())
        .max(Comparator.comparingLong(ConfigurationReconciler::generation))
        .map(Resource::name);
  }

  static long generation(Resource revision) {
    try {
      return Long.parseLong(revision.label(Serving.CONFIGURATION_GENERATION));
    } catch (NumberFormatException _) {
      return 0;
    }
  }

  /// The name given in the template, or the Configuration's with its generation in five digits.
  static String revisionName(Resource configuration) {
    var given = configuration.text("spec", "template", "metadata", "name");
    return given.isEmpty()
        ? "%s-%05d".formatted(configuration.name(), configuration.generation())
        : given;
  }

  private static boolean taken(Resource configuration, Resource revision) {
    if (!revision.controllerUid().equals(configuration.uid())) {
      return true;
    }
    return !configuration.text("spec", "template", "metadata", "name").isEmpty()
        && generation(revision) != configuration.generation()
        && !revision.spec().equals(configuration.at("spec", "template", "spec"));
  }

  private static ObjectNode revision(Resource configuration, String name, Observed observed) {
    var child = Serving.child(Kinds.REVISION, configuration, name);
    var labels =
        new LinkedHashMap<>(Json.strings(configuration.spec(), "template", "metadata", "labels"));
    labels.put(Serving.CONFIGURATION, configuration.name());
    labels.put(Serving.CONFIGURATION_UID, configuration.uid());
    labels.put(Serving.CONFIGURATION_GENERATION, Long.toString(configuration.generation()));
    labels.put(Serving.SERVICE, configuration.label(Serving.SERVICE));
    labels.put(Serving.SERVICE_UID, configuration.label(Serving.SERVICE_UID));
    labels.put(Serving.ROUTING_STATE, "pending");
    Serving.labels(child, labels);
    var annotations =
        new LinkedHashMap<>(
            Json.strings(configuration.spec(), "template", "metadata", "annotations"));
    if (!configuration.annotation(Serving.CREATOR).isEmpty()) {
      annotations.put(Serving.CREATOR, configuration.annotation(Serving.CREATOR));
    }
    annotations.put(Serving.ROUTING_STATE_MODIFIED, observed.now().toString());
    Serving.annotations(child, annotations);
    child.set("spec", configuration.at("spec", "template", "spec").deepCopy());
    return child;
  }
}
