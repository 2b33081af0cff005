package dev.slipway.controllers;

import dev.slipway.base.Json;
import dev.slipway.control.Conditions;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.node.ObjectNode;

/// A Job controller without pods: what becomes of a job depends on its first container's image
/// alone. All its pods are ready one second after it started.
public final class FakeJobs implements Reconciler {
  /// What becomes of jobs of an image.
  public sealed interface Fate {
    record Runs() implements Fate {}

    record CompletesAfter(Duration time) implements Fate {}

    record FailsAfter(Duration time, String reason, String message) implements Fate {}
  }

  private static final Duration UNTIL_READY = Duration.ofSeconds(1);

  private final Map<String, Fate> fates = new ConcurrentHashMap<>();

  /// Settles what becomes of jobs of an image; otherwise they run on.
  public FakeJobs image(String image, Fate fate) {
    fates.put(image, fate);
    return this;
  }

  @Override
  public Kind kind() {
    return Kinds.JOB;
  }

  @Override
  public Set<Kind> children() {
    return Set.of();
  }

  @Override
  public Plan plan(Resource job, Observed observed) {
    var plan = new Plan();
    ObjectNode status =
        job.status() instanceof ObjectNode before ? before.deepCopy() : Json.object();
    if (job.isTrue("Complete") || job.isTrue("Failed")) {
      return plan;
    }
    if (job.spec().path("suspend").asBoolean(false)) {
      return plan.status(status.put("active", 0).put("ready", 0));
    }
    if (Json.text(status, "startTime").isEmpty()) {
      status.put("startTime", observed.now().toString());
    }
    var age =
        Duration.between(java.time.Instant.parse(Json.text(status, "startTime")), observed.now());
    int pods = job.spec().path("parallelism").asInt(1);
    boolean ready = age.compareTo(UNTIL_READY) >= 0;
    status.put("active", pods).put("ready", ready ? pods : 0);
    if (!ready) {
      plan.again(UNTIL_READY.minus(age));
    }
    var conditions = Conditions.of(job, observed.now());
    switch (fates.getOrDefault(image(job), new Fate.Runs())) {
      case Fate.Runs() -> {}
      case Fate.CompletesAfter(Duration time) -> {
        if (due(time, age, plan)) {
          status.put("active", 0).put("ready", 0).put("succeeded", pods);
          conditions.set("Complete", "True", "CompletionsReached", "");
        }
      }
      case Fate.FailsAfter(Duration time, String reason, String message) -> {
        if (due(time, age, plan)) {
          status.put("active", 0).put("ready", 0).put("failed", pods);
          conditions.set("Failed", "True", reason, message);
        }
      }
    }
    if (!conditions.isEmpty()) {
      status.set("conditions", conditions.toJson());
    }
    return plan.status(status);
  }

  private static boolean due(Duration time, Duration age, Plan plan) {
    if (age.compareTo(time) >= 0) {
      return true;
    }
    plan.again(time.minus(age));
    return false;
  }

  private static String image(Resource job) {
    return Json.text(job.at("spec", "template", "spec", "containers").path(0), "image");
  }
}
