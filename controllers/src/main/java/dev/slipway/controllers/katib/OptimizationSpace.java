package dev.slipway.controllers.katib;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import dev.slipway.tuning.Distribution;
import dev.slipway.tuning.Parameter;
import dev.slipway.tuning.Study;
import dev.slipway.tuning.Trial;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// An OptimizationJob and its TrainJobs as algorithms see them. Pure.
final class OptimizationSpace {
  /// On a TrainJob: its parameters, as a JSON object.
  static final String PARAMETERS = "trainer.kubeflow.org/optimization-parameters";

  /// On a TrainJob: which trial it is, from 0.
  static final String INDEX = "trainer.kubeflow.org/optimization-trial-index";

  private OptimizationSpace() {}

  /// `grid` or `random`.
  static String algorithm(JsonNode spec) {
    return spec.path("searchAlgorithm").has("grid") ? "grid" : "random";
  }

  static Study study(Resource job) {
    JsonNode spec = job.spec();
    var parameters = new ArrayList<Parameter>();
    spec.path("parameters").forEach(each -> parameters.add(parameter(each)));
    JsonNode seed = spec.path("searchAlgorithm").path("random").path("seed");
    return new Study(
        job.name(),
        parameters,
        new Study.Goal(maximizes(spec), OptionalDouble.empty()),
        Map.of(),
        seed.isNumber() ? seed.asLong() : job.uid().hashCode(),
        spec.path("parallelTrials").asInt(1),
        algorithm(spec).equals("grid")
            ? OptionalInt.empty()
            : OptionalInt.of(spec.path("numTrials").asInt(1)),
        Optional.empty());
  }

  static boolean maximizes(JsonNode spec) {
    return Json.text(spec.path("objectives").path(0), "direction").equals("Maximize");
  }

  private static Parameter parameter(JsonNode given) {
    String name = Json.text(given, "name");
    JsonNode space = given.path("searchSpace");
    if (space.path("categorical").isObject()) {
      var choices = new ArrayList<String>();
      space.path("categorical").path("choices").forEach(each -> choices.add(each.asString("")));
      return new Parameter.Categorical(name, choices);
    }
    boolean log = space.path("logUniform").isObject();
    JsonNode range = space.path(log ? "logUniform" : "uniform");
    Distribution distribution = log ? Distribution.LOG_UNIFORM : Distribution.UNIFORM;
    double min = Double.parseDouble(Json.text(range, "min"));
    double max = Double.parseDouble(Json.text(range, "max"));
    return Json.text(range, "type").equals("Int")
        ? new Parameter.Whole(name, (long) Math.ceil(min), (long) Math.floor(max), 1, distribution)
        : new Parameter.Real(name, min, max, 0, distribution);
  }

  /// A TrainJob as a trial.
  static Trial trial(Resource trainJob, String metric) {
    OptionalDouble objective = objective(trainJob, metric);
    return new Trial(
        trainJob.name(),
        values(trainJob),
        Map.of(),
        state(trainJob, objective),
        objective,
        List.of(),
        trainJob.created().equals(Instant.EPOCH) ? Instant.MAX : trainJob.created());
  }

  static Trial.State state(Resource trainJob, OptionalDouble objective) {
    if (trainJob.isTrue("Failed")) {
      return Trial.State.FAILED;
    }
    if (trainJob.isTrue("Complete")) {
      return objective.isPresent() ? Trial.State.SUCCEEDED : Trial.State.METRICS_UNAVAILABLE;
    }
    return Trial.State.RUNNING;
  }

  /// What a TrainJob last told of a metric.
  static OptionalDouble objective(Resource trainJob, String metric) {
    for (JsonNode each : trainJob.at("status", "trainerStatus", "metrics")) {
      if (Json.text(each, "name").equals(metric)) {
        return Summary.number(each.path("value").asString(""));
      }
    }
    return OptionalDouble.empty();
  }

  /// The parameters a TrainJob was made with.
  static Map<String, String> values(Resource trainJob) {
    try {
      return Json.strings(Json.parseObject(trainJob.annotation(PARAMETERS)));
    } catch (JacksonException | IllegalArgumentException _) {
      return Map.of();
    }
  }
}
