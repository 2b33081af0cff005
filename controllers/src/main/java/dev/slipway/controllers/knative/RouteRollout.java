package dev.slipway.controllers.knative;

import dev.slipway.autoscaling.knative.GoDuration;
import dev.slipway.autoscaling.knative.Rollout;
import dev.slipway.control.Observed;
import dev.slipway.control.Resource;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The shares of the revisions now: at once as the targets say, or step by step where a
/// `rollout-duration` asks for it.
///
/// Source: knative/serving `pkg/reconciler/route/reconcile_resources.go`.
///
/// @param shares percent of the route's own host by revision
/// @param moving whether a newer revision does not have all of its traffic yet
/// @param annotation the state kept on the Ingress between steps; empty where none is needed
/// @param again when the next step is due
record RouteRollout(
    Map<String, Integer> shares,
    boolean moving,
    Optional<String> annotation,
    Optional<Duration> again,
    Rollout state) {
  static final String ANNOTATION = "serving.knative.dev/rollout";
  private static final String CAMEL = Serving.GROUP + "rolloutDuration";

  RouteRollout {
    shares = Collections.unmodifiableMap(new LinkedHashMap<>(shares));
  }

  /// @param ingress as it is; what it says of the last step is where this one begins
  static RouteRollout of(
      Resource route,
      List<TrafficTargets.Target> targets,
      Optional<Resource> ingress,
      Observed observed) {
    var goal = goal(targets);
    var duration = duration(route, observed);
    var before =
        ingress.map(each -> Rollout.parse(each.annotation(ANNOTATION))).orElse(Rollout.NONE);
    if (duration.isZero() || ingress.isEmpty()) {
      return new RouteRollout(
          shares(targets, Rollout.NONE), false, annotation(goal, duration), Optional.empty(), goal);
    }
    var told = isReady(ingress.get()) ? before.observed(observed.now(), duration) : before;
    var stepped = goal.stepFrom(told, observed.now());
    var again = stepped.next().map(next -> until(observed.now(), next));
    return new RouteRollout(
        shares(targets, stepped.rollout()),
        !stepped.rollout().isDone(),
        annotation(stepped.rollout(), duration),
        again,
        stepped.rollout());
  }

  private static Duration until(Instant now, Instant next) {
    var left = Duration.between(now, next);
    return left.isNegative() ? Duration.ZERO : left;
  }

  private static Optional<String> annotation(Rollout rollout, Duration duration) {
    return duration.isZero() ? Optional.empty() : Optional.of(rollout.json());
  }

  private static boolean isReady(Resource ingress) {
    return ingress.isTrue("Ready")
        && ingress.status().path("observedGeneration").asLong(-1) == ingress.generation();
  }

  /// How long traffic takes to move to a new revision; zero for at once.
  private static Duration duration(Resource route, Observed observed) {
    var text = route.annotation(Serving.ROLLOUT_DURATION);
    var given = text.isEmpty() ? route.annotation(CAMEL) : text;
    return given.isEmpty()
        ? KnativeConfig.rolloutDuration(observed)
        : GoDuration.parse(given).filter(each -> !each.isNegative()).orElse(Duration.ZERO);
  }

  /// One share for each configuration and tag, targets of the same revision joined.
  private static Rollout goal(List<TrafficTargets.Target> targets) {
    var joined = new LinkedHashMap<String, Rollout.Share>();
    for (var each : targets) {
      if (each.latest() && each.percent() > 0) {
        add(joined, each, "", each.percent());
      }
      if (each.latest() && !each.tag().isEmpty()) {
        add(joined, each, each.tag(), 100);
      }
    }
    return new Rollout(
        joined.values().stream()
            .sorted(
                Comparator.comparing(Rollout.Share::tag)
                    .thenComparing(Rollout.Share::configuration))
            .toList());
  }

  private static void add(
      Map<String, Rollout.Share> joined, TrafficTargets.Target target, String tag, int percent) {
    joined.merge(
        tag + "/" + target.configuration(),
        Rollout.Share.of(target.configuration(), tag, percent, target.revision()),
        (a, b) ->
            Rollout.Share.of(a.configuration(), tag, a.percent() + b.percent(), target.revision()));
  }

  private static Map<String, Integer> shares(List<TrafficTargets.Target> targets, Rollout rollout) {
    var shares = new LinkedHashMap<String, Integer>();
    var done = new LinkedHashMap<String, Boolean>();
    for (var each : targets) {
      var found = share(rollout, each, "");
      if (found.isEmpty()) {
        shares.merge(each.revision(), each.percent(), Integer::sum);
      } else if (done.putIfAbsent(each.configuration(), true) == null) {
        found
            .get()
            .revisions()
            .forEach(one -> shares.merge(one.revision(), one.percent(), Integer::sum));
      }
    }
    shares.values().removeIf(percent -> percent <= 0);
    return shares;
  }

  private static Optional<Rollout.Share> share(
      Rollout rollout, TrafficTargets.Target target, String tag) {
    return rollout.configurations().stream()
        .filter(each -> target.latest() && (!tag.isEmpty() || target.percent() > 0))
        .filter(each -> each.tag().equals(tag))
        .filter(each -> each.configuration().equals(target.configuration()))
        .findFirst();
  }

  /// The revisions that a tag's own host leads to, in percent.
  Map<String, Integer> tagged(TrafficTargets.Target target) {
    var found = share(state, target, target.tag());
    var revisions = new LinkedHashMap<String, Integer>();
    if (found.isEmpty()) {
      revisions.put(target.revision(), 100);
    } else {
      found
          .get()
          .revisions()
          .forEach(each -> revisions.merge(each.revision(), each.percent(), Integer::sum));
    }
    return revisions;
  }

  /// The revisions of one target and what each has of the route's traffic.
  Map<String, Integer> revisions(TrafficTargets.Target target) {
    var revisions = new LinkedHashMap<String, Integer>();
    var found = share(state, target, "");
    if (found.isEmpty() || found.get().percent() != target.percent()) {
      revisions.put(target.revision(), target.percent());
    } else {
      found
          .get()
          .revisions()
          .forEach(each -> revisions.merge(each.revision(), each.percent(), Integer::sum));
    }
    return revisions;
  }
}
