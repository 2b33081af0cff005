package dev.slipway.controllers.tracking;

import dev.slipway.base.Json;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// What of an object concerns its run. Pure.
final class Tracked {
  /// `"true"` asks for a run.
  static final String ASKED = "slipway.dev/mlflow";

  /// Asks for one in the experiment of this name.
  static final String EXPERIMENT = "slipway.dev/mlflow-experiment";

  /// The run, written on the object that has it.
  static final String RUN = "slipway.dev/mlflow-run-id";

  static final Kind KATIB_EXPERIMENT =
      Kind.namespaced("kubeflow.org", "v1beta1", "Experiment", "experiments");
  static final Kind TRIAL = Kind.namespaced("kubeflow.org", "v1beta1", "Trial", "trials");

  private static final String DEFAULT = "Default";
  private static final List<Kind> ALL = all();

  private Tracked() {}

  private static List<Kind> all() {
    var all = new ArrayList<Kind>();
    all.add(Kinds.JOB);
    for (var name : List.of("TFJob", "PyTorchJob", "MPIJob", "XGBoostJob", "PaddleJob", "JAXJob")) {
      all.add(Kind.namespaced("kubeflow.org", "v1", name, plural(name)));
    }
    all.add(Kind.namespaced("trainer.kubeflow.org", "v1alpha1", "TrainJob", "trainjobs"));
    all.add(Kind.namespaced("jobset.x-k8s.io", "v1alpha2", "JobSet", "jobsets"));
    all.add(KATIB_EXPERIMENT);
    all.add(TRIAL);
    return List.copyOf(all);
  }

  private static String plural(String name) {
    return name.toLowerCase(java.util.Locale.ROOT) + "s";
  }

  /// Kinds that may have runs.
  static List<Kind> kinds() {
    return ALL;
  }

  /// The kind of an owner; empty for one that has no runs and is owned by none that has.
  static Optional<Kind> kind(JsonNode owner) {
    String group = Json.text(owner, "apiVersion").replaceFirst("/.*", "");
    String name = Json.text(owner, "kind");
    return ALL.stream()
        .filter(each -> each.group().equals(group) && each.kind().equals(name))
        .findFirst();
  }

  /// Whether an object asks for a run itself.
  static boolean asks(Resource object) {
    return object.annotation(ASKED).equals("true") || !object.annotation(EXPERIMENT).isEmpty();
  }

  /// The experiment its runs are of.
  static String experiment(Resource object) {
    String named = object.annotation(EXPERIMENT);
    if (!named.isEmpty()) {
      return named;
    }
    return object.kind().equals(KATIB_EXPERIMENT) ? object.name() : DEFAULT;
  }

  /// How it ended, as a run has it; empty while it has not.
  static Optional<String> outcome(Resource object) {
    if (List.of("Complete", "Completed", "Succeeded", "EarlyStopped").stream()
        .anyMatch(object::isTrue)) {
      return Optional.of("FINISHED");
    }
    if (object.isTrue("Killed")) {
      return Optional.of("KILLED");
    }
    return object.isTrue("Failed") || object.isTrue("MetricsUnavailable")
        ? Optional.of("FAILED")
        : Optional.empty();
  }

  /// When it ended; otherwise now.
  static Instant ended(Resource object, Instant now) {
    try {
      return Instant.parse(object.text("status", "completionTime"));
    } catch (DateTimeParseException _) {
      return now;
    }
  }

  /// What a trial tries.
  static Map<String, String> parameters(Resource trial) {
    var all = new LinkedHashMap<String, String>();
    for (JsonNode each : trial.spec().path("parameterAssignments")) {
      all.put(Json.text(each, "name"), Json.text(each, "value"));
    }
    return all;
  }

  /// What a trial has measured: the latest value of each metric.
  static Map<String, Double> metrics(Resource trial) {
    var all = new LinkedHashMap<String, Double>();
    for (JsonNode each : trial.at("status", "observation", "metrics")) {
      number(Json.text(each, "latest")).ifPresent(it -> all.put(Json.text(each, "name"), it));
    }
    return all;
  }

  /// Empty where Katib says `unavailable`.
  private static Optional<Double> number(String text) {
    try {
      return Optional.of(Double.valueOf(text));
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }

  /// What its run says of it.
  static Map<String, String> tags(Resource object) {
    var all = new LinkedHashMap<String, String>();
    String place = object.namespace() + "/" + object.name();
    all.put(RunKeeper.UID, object.uid());
    all.put("slipway.object", object.kind().kind() + "/" + place);
    all.put("mlflow.source.type", "JOB");
    all.put("mlflow.source.name", object.kind().kind() + "/" + place);
    all.put("mlflow.user", object.namespace());
    return all;
  }
}
