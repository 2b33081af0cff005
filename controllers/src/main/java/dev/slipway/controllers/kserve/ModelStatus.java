package dev.slipway.controllers.kserve;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `status.modelStatus`: whether the model is loaded, and why not, as its pods tell.
///
/// Follows `PropagateModelStatus` of `pkg/apis/serving/v1beta1/inference_service_status.go`. Told
/// beyond it: a model whose pods have all gone because nobody asks for it is `Standby`, and a
/// container that cannot start has failed.
final class ModelStatus {
  private static final Set<String> CANNOT_START =
      Set.of(
          "ImagePullBackOff",
          "ErrImagePull",
          "InvalidImageName",
          "CreateContainerConfigError",
          "CreateContainerError",
          "RunContainerError");

  private final ObjectNode status;

  private ModelStatus(JsonNode before) {
    this.status = before instanceof ObjectNode known ? known.deepCopy() : Json.object();
  }

  /// A pod's trouble.
  ///
  /// @param reason `ModelLoadFailed` or `RuntimeUnhealthy`
  record Failure(String reason, String message, int exitCode) {}

  /// What surrounds the pods.
  ///
  /// @param ready whether the service as a whole is ready
  /// @param current whether the newest revision is the one that is ready
  /// @param failed whether the revision itself is known to have failed
  /// @param rests whether having no pods is rest, not a beginning
  /// @param revision the newest one
  record Surroundings(
      boolean ready, boolean current, boolean failed, boolean rests, String revision) {}

  /// @param pods of the newest revision
  static ObjectNode of(JsonNode before, List<Resource> pods, Surroundings around) {
    var made = new ModelStatus(before);
    made.copies(pods);
    made.states(newestFirst(pods), around);
    return made.status;
  }

  /// The service cannot be run as written.
  static ObjectNode invalid(JsonNode before, String reason, String summary) {
    var made = new ModelStatus(before);
    made.status.put("transitionStatus", "InvalidSpec");
    made.state("targetModelState", "FailedToLoad");
    ObjectNode info = made.status.putObject("lastFailureInfo");
    info.put("reason", reason).put("message", summary);
    return made.status;
  }

  private void copies(List<Resource> pods) {
    long ready =
        pods.stream()
            .filter(pod -> pod.text("status", "phase").equals("Running") && pod.isTrue("Ready"))
            .count();
    long failed = pods.stream().filter(pod -> failure(pod).isPresent()).count();
    ObjectNode copies = Json.ensureObject(status, "copies");
    copies.put("failedCopies", failed).put("totalCopies", ready);
  }

  private void states(List<Resource> pods, Surroundings around) {
    if (pods.isEmpty()) {
      if (around.failed()) {
        become("FailedToLoad", "BlockedByFailedLoad");
      } else if (around.rests()) {
        become("Standby", "UpToDate");
        state("activeModelState", "Standby");
      } else {
        become("Pending", "InProgress");
      }
      return;
    }
    Optional<Failure> failure = failure(pods.getFirst());
    if (around.ready() && around.current() && failure.isEmpty()) {
      become("Loaded", "UpToDate");
      state("activeModelState", "Loaded");
    } else if (failure.isPresent()) {
      become("FailedToLoad", "BlockedByFailedLoad");
      tell(failure.get(), around.revision());
    } else {
      become(fetching(pods.getFirst()) ? "Loading" : "Pending", "InProgress");
    }
  }

  private void become(String target, String transition) {
    state("targetModelState", target);
    status.put("transitionStatus", transition);
  }

  private void state(String field, String value) {
    ObjectNode states = Json.ensureObject(status, "states");
    if (!states.has("activeModelState")) {
      states.put("activeModelState", "");
    }
    states.put(field, value);
  }

  private void tell(Failure failure, String revision) {
    ObjectNode info = status.putObject("lastFailureInfo");
    info.put("exitCode", failure.exitCode());
    info.put("message", failure.message());
    if (!revision.isEmpty()) {
      info.put("modelRevisionName", revision);
    }
    info.put("reason", failure.reason());
  }

  static List<Resource> newestFirst(List<Resource> pods) {
    return pods.stream()
        .sorted(
            Comparator.comparing(Resource::created, Comparator.reverseOrder())
                .thenComparing(Resource::name))
        .toList();
  }

  private static boolean fetching(Resource pod) {
    for (JsonNode each : pod.status().path("initContainerStatuses")) {
      if (Json.text(each, "name").equals(StorageInitializer.NAME)
          && each.path("state").has("running")) {
        return true;
      }
    }
    for (JsonNode each : pod.status().path("containerStatuses")) {
      if (each.path("state").has("running") && !each.path("ready").asBoolean(false)) {
        return true;
      }
    }
    return false;
  }

  /// What a pod says went wrong: first of the fetching of the model, then of its server.
  static Optional<Failure> failure(Resource pod) {
    for (JsonNode each : pod.status().path("initContainerStatuses")) {
      Optional<Failure> found = failure(each);
      if (found.isPresent()) {
        return found;
      }
    }
    for (JsonNode each : pod.status().path("containerStatuses")) {
      Optional<Failure> found = failure(each);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static Optional<Failure> failure(JsonNode container) {
    JsonNode ended = container.path("state").path("terminated");
    JsonNode waiting = container.path("state").path("waiting");
    JsonNode last = container.path("lastState").path("terminated");
    if (ended.isObject() && !Json.text(ended, "reason").equals("Completed")) {
      return Optional.of(loadFailed(ended));
    }
    String reason = Json.text(waiting, "reason");
    if (reason.equals("CrashLoopBackOff")) {
      return Optional.of(loadFailed(last));
    }
    if (CANNOT_START.contains(reason)) {
      String message = Json.text(waiting, "message");
      return Optional.of(new Failure("RuntimeUnhealthy", message.isEmpty() ? reason : message, 0));
    }
    return last.isObject()
            && !Json.text(last, "reason").equals("Completed")
            && !container.path("ready").asBoolean(false)
        ? Optional.of(loadFailed(last))
        : Optional.empty();
  }

  private static Failure loadFailed(JsonNode terminated) {
    String message = Json.text(terminated, "message").strip();
    return new Failure(
        "ModelLoadFailed",
        message.isEmpty() ? Json.text(terminated, "reason") : message,
        terminated.path("exitCode").asInt(0));
  }
}
