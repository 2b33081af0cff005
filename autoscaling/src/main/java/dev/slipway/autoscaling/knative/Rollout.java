package dev.slipway.autoscaling.knative;

import dev.slipway.base.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// How far the traffic of a route has moved to its newest revisions. Immutable.
///
/// Kept as JSON in an annotation between two passes, in the form knative/serving uses
/// (`pkg/reconciler/route/traffic/rollout.go`), so that either can continue the other's rollout.
///
/// @param configurations one for each configuration and tag, ordered by tag, then name
public record Rollout(List<Share> configurations) {
  /// Nothing rolled out yet.
  public static final Rollout NONE = new Rollout(List.of());

  /// The traffic of one configuration under one tag.
  ///
  /// @param tag empty: the route itself
  /// @param percent of the route's whole traffic
  /// @param revisions oldest first, the newest last; their percentages sum to `percent`
  public record Share(
      String configuration, String tag, int percent, List<RevisionShare> revisions, Pace pace) {
    public Share {
      revisions = List.copyOf(revisions);
    }

    /// A share with one revision: what a route asks for.
    public static Share of(String configuration, String tag, int percent, String revision) {
      return new Share(
          configuration, tag, percent, List.of(new RevisionShare(revision, percent)), Pace.NONE);
    }

    boolean isDone() {
      return revisions.size() < 2;
    }
  }

  /// @param percent of the route's whole traffic
  public record RevisionShare(String revision, int percent) {
    RevisionShare plus(int change) {
      return new RevisionShare(revision, percent + change);
    }
  }

  /// When the next step comes and how large it is; times in nanoseconds since 1970, 0: not set.
  public record Pace(long startNanos, long nextNanos, long stepNanos, int stepPercent) {
    public static final Pace NONE = new Pace(0, 0, 0, 0);
  }

  /// @param next when to step again; empty: nothing is under way, or it waits to be [#observed]
  public record Stepped(Rollout rollout, Optional<Instant> next) {}

  public Rollout {
    configurations = List.copyOf(configurations);
  }

  /// Whether every configuration has arrived at its newest revision.
  public boolean isDone() {
    return configurations.stream().allMatch(Share::isDone);
  }

  /// Moves on from `before` towards this goal, in which each configuration has one revision.
  public Stepped stepFrom(Rollout before, Instant now) {
    return RolloutSteps.step(this, before, nanos(now));
  }

  /// Sets the pace of what began since the last time, once the gateway serves its first percent.
  ///
  /// The time that took is the least a step takes; see [RolloutSteps].
  public Rollout observed(Instant now, Duration rolloutDuration) {
    var paced = new ArrayList<Share>();
    for (Share each : configurations) {
      boolean waits = each.pace().stepNanos() == 0 && each.pace().startNanos() > 0;
      paced.add(waits ? RolloutSteps.pace(each, nanos(now), rolloutDuration) : each);
    }
    return new Rollout(paced);
  }

  /// Whether the figures agree with each other; what was read and does not is to be discarded.
  public boolean isValid() {
    return configurations.stream().allMatch(Rollout::isValid);
  }

  private static boolean isValid(Share share) {
    int step = share.pace().stepPercent();
    int sum = share.revisions().stream().mapToInt(RevisionShare::percent).sum();
    return share.percent() <= 100 && step >= 0 && step <= share.percent() && sum == share.percent();
  }

  /// The JSON of the annotation.
  public String json() {
    ObjectNode root = Json.object();
    if (!configurations.isEmpty()) {
      ArrayNode list = root.putArray("configurations");
      configurations.forEach(each -> list.add(json(each)));
    }
    return root.toString();
  }

  private static ObjectNode json(Share share) {
    ObjectNode node = Json.object().put("configurationName", share.configuration());
    if (!share.tag().isEmpty()) {
      node.put("tag", share.tag());
    }
    node.put("percent", share.percent());
    if (!share.revisions().isEmpty()) {
      ArrayNode list = node.putArray("revisions");
      share
          .revisions()
          .forEach(
              each ->
                  list.addObject()
                      .put("revisionName", each.revision())
                      .put("percent", each.percent()));
    }
    ObjectNode pace = node.putObject("stepParams");
    putUnlessZero(pace, "starttime", share.pace().startNanos());
    putUnlessZero(pace, "nextStepTime", share.pace().nextNanos());
    putUnlessZero(pace, "stepDuration", share.pace().stepNanos());
    putUnlessZero(pace, "stepSize", share.pace().stepPercent());
    return node;
  }

  private static void putUnlessZero(ObjectNode node, String name, long value) {
    if (value != 0) {
      node.put(name, value);
    }
  }

  /// Reads the annotation; text that is none, or does not add up, is as if there were no rollout.
  public static Rollout parse(String json) {
    try {
      Rollout read = read(Json.parseObject(json));
      return read.isValid() ? read : NONE;
    } catch (JacksonException | IllegalArgumentException _) {
      return NONE;
    }
  }

  private static Rollout read(JsonNode root) {
    var shares = new ArrayList<Share>();
    for (JsonNode each : root.path("configurations")) {
      var revisions = new ArrayList<RevisionShare>();
      for (JsonNode revision : each.path("revisions")) {
        revisions.add(
            new RevisionShare(Json.text(revision, "revisionName"), whole(revision, "percent")));
      }
      JsonNode pace = each.path("stepParams");
      shares.add(
          new Share(
              Json.text(each, "configurationName"),
              Json.text(each, "tag"),
              whole(each, "percent"),
              revisions,
              new Pace(
                  pace.path("starttime").asLong(0),
                  pace.path("nextStepTime").asLong(0),
                  pace.path("stepDuration").asLong(0),
                  whole(pace, "stepSize"))));
    }
    return new Rollout(shares);
  }

  private static int whole(JsonNode node, String field) {
    return node.path(field).asInt(0);
  }

  private static long nanos(Instant time) {
    return time.getEpochSecond() * 1_000_000_000L + time.getNano();
  }
}
