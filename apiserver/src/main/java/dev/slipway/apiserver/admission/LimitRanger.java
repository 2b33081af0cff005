package dev.slipway.apiserver.admission;

import dev.slipway.apiserver.admission.AdmissionRequest.Operation;
import dev.slipway.apiserver.store.Objects;
import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Gives containers the defaults of the namespace's LimitRanges and holds pods, containers and
/// volume claims to their bounds.
public final class LimitRanger implements Admission {
  private static final String ANNOTATION = "kubernetes.io/limit-ranger";

  private final Stored<List<Limit>> ranges;

  public LimitRanger(Objects objects) {
    ranges = new Stored<>(objects, "limitranges", Limit::readAll);
  }

  @Override
  public void mutate(AdmissionRequest request) {
    if (ranges.isEmpty() || !isPod(request) || request.operation() != Operation.CREATE) {
      return;
    }
    ObjectNode pod = request.object().orElseThrow();
    for (List<Limit> range : ranges.in(request.namespace())) {
      fill(pod, range);
    }
  }

  @Override
  public void validate(AdmissionRequest request) {
    if (ranges.isEmpty() || !concerns(request)) {
      return;
    }
    ObjectNode object = request.object().orElseThrow();
    for (List<Limit> range : ranges.in(request.namespace())) {
      List<String> problems =
          request.resource().storageKey().equals("pods")
              ? LimitRules.pod(object, range)
              : LimitRules.claim(object, range);
      if (!problems.isEmpty()) {
        throw Refusal.forbidden(request, problems);
      }
    }
  }

  private static boolean isPod(AdmissionRequest request) {
    return request.resource().storageKey().equals("pods") && request.subresource().isEmpty();
  }

  /// A pod's containers change only by its `resize` subresource; a claim may grow.
  private static boolean concerns(AdmissionRequest request) {
    boolean update = request.operation() == Operation.UPDATE;
    if ((!update && request.operation() != Operation.CREATE) || isLeaving(request)) {
      return false;
    }
    return switch (request.resource().storageKey()) {
      case "pods" ->
          update ? request.subresource().equals("resize") : request.subresource().isEmpty();
      case "persistentvolumeclaims" -> request.subresource().isEmpty();
      default -> false;
    };
  }

  private static boolean isLeaving(AdmissionRequest request) {
    return request
        .old()
        .map(old -> !Json.text(old, "metadata", "deletionTimestamp").isEmpty())
        .orElse(false);
  }

  private static void fill(ObjectNode pod, List<Limit> range) {
    Amounts requests = Amounts.NONE;
    Amounts limits = Amounts.NONE;
    for (Limit limit : range) {
      if (limit.type().equals("Container")) {
        requests = requests.with(limit.defaultRequest());
        limits = limits.with(limit.defaultLimit());
      }
    }
    var told = new ArrayList<String>();
    for (ObjectNode container : Containers.main(pod.path("spec"))) {
      fill(container, "container", requests, limits, told);
    }
    for (ObjectNode container : Containers.init(pod.path("spec"))) {
      fill(container, "init container", requests, limits, told);
    }
    if (!told.isEmpty()) {
      Json.ensureObject(pod, "metadata", "annotations")
          .put(ANNOTATION, "LimitRanger plugin set: " + String.join("; ", told));
    }
  }

  private static void fill(
      ObjectNode container, String what, Amounts requests, Amounts limits, List<String> told) {
    String of = " for " + what + " " + Json.text(container, "name");
    List<String> requested = fill(container, "requests", requests);
    if (!requested.isEmpty()) {
      told.add(String.join(", ", requested) + " request" + of);
    }
    List<String> limited = fill(container, "limits", limits);
    if (!limited.isEmpty()) {
      told.add(String.join(", ", limited) + " limit" + of);
    }
  }

  private static List<String> fill(ObjectNode container, String side, Amounts defaults) {
    var filled = new ArrayList<String>();
    JsonNode present = Json.at(container, "resources", side);
    defaults
        .byName()
        .forEach(
            (name, value) -> {
              if (!present.has(name)) {
                Json.ensureObject(container, "resources", side).put(name, value.toString());
                filled.add(name);
              }
            });
    return filled;
  }

  /// One element of `spec.limits`.
  record Limit(
      String type,
      Amounts min,
      Amounts max,
      Amounts ratio,
      Amounts defaultRequest,
      Amounts defaultLimit) {
    static List<Limit> readAll(ObjectNode limitRange) {
      return Containers.objects(Json.at(limitRange, "spec", "limits")).stream()
          .map(Limit::read)
          .toList();
    }

    private static Limit read(ObjectNode item) {
      return new Limit(
          Json.text(item, "type"),
          Amounts.read(item, "min"),
          Amounts.read(item, "max"),
          Amounts.read(item, "maxLimitRequestRatio"),
          Amounts.read(item, "defaultRequest"),
          Amounts.read(item, "default"));
    }
  }
}
