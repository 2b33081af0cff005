package dev.slipway.apiserver.custom;

import dev.slipway.base.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Says which names a definition is granted and whether its resource is served. Pure: the loop that
/// calls it writes the status back.
/// Source: `k8s.io/apiextensions-apiserver/pkg/controller/{status,establish}`.
public final class CrdConditions {
  private CrdConditions() {}

  /// The status a definition should have.
  ///
  /// @param crd not changed
  /// @param others all definitions; those of other groups, and this one, do not count
  /// @param now the time of a transition, where there is one
  /// @return the whole new status; equal to the present one where nothing is to be done
  public static ObjectNode status(ObjectNode crd, List<ObjectNode> others, Instant now) {
    ObjectNode status =
        crd.path("status") instanceof ObjectNode present ? present.deepCopy() : Json.object();
    var taken = new Taken(crd, others);
    JsonNode wanted = crd.path("spec").path("names");
    ObjectNode granted = Json.ensureObject(status, "acceptedNames");
    Optional<Conflict> conflict = grant(wanted, granted, taken);
    condition(status, namesAccepted(conflict), now);
    if (conflict.isEmpty()) {
      condition(
          status,
          new Condition(
              "Established",
              "True",
              "InitialNamesAccepted",
              "the initial names have been accepted"),
          now);
    } else if (!isTrue(status, "Established")) {
      condition(
          status,
          new Condition("Established", "False", "NotAccepted", "not all names are accepted"),
          now);
    }
    storedVersions(crd, status);
    return status;
  }

  /// The status of a definition that is being deleted: its objects go first.
  ///
  /// @param reason `InstanceDeletionInProgress`, `InstanceDeletionFailed`,
  ///     `InstanceDeletionCompleted`
  public static ObjectNode terminating(
      ObjectNode crd, boolean inProgress, String reason, String message, Instant now) {
    ObjectNode status =
        crd.path("status") instanceof ObjectNode present ? present.deepCopy() : Json.object();
    condition(
        status, new Condition("Terminating", inProgress ? "True" : "False", reason, message), now);
    return status;
  }

  /// Whether the resource is to be served.
  public static boolean isEstablished(ObjectNode crd) {
    return isTrue(crd.path("status"), "Established");
  }

  /// Whether a condition of a status is true.
  public static boolean isTrue(JsonNode status, String type) {
    for (JsonNode each : status.path("conditions")) {
      if (Json.text(each, "type").equals(type)) {
        return Json.text(each, "status").equals("True");
      }
    }
    return false;
  }

  private record Condition(String type, String status, String reason, String message) {}

  private record Conflict(String reason, String message) {}

  /// What other definitions of the group were granted.
  private record Taken(Set<String> resources, Set<String> kinds) {
    Taken(ObjectNode crd, List<ObjectNode> others) {
      this(new HashSet<>(), new HashSet<>());
      String self = Json.text(crd, "metadata", "name");
      String group = Json.text(crd, "spec", "group");
      for (ObjectNode other : others) {
        boolean rival =
            Json.text(other, "spec", "group").equals(group)
                && !Json.text(other, "metadata", "name").equals(self);
        if (rival) {
          JsonNode names = other.path("status").path("acceptedNames");
          resources.add(Json.text(names, "plural"));
          resources.add(Json.text(names, "singular"));
          names.path("shortNames").forEach(each -> resources.add(each.asString("")));
          kinds.add(Json.text(names, "kind"));
          kinds.add(Json.text(names, "listKind"));
        }
      }
    }
  }

  private static Optional<Conflict> grant(JsonNode wanted, ObjectNode granted, Taken taken) {
    Optional<Conflict> last = Optional.empty();
    last = name("plural", "PluralConflict", wanted, granted, taken.resources()).or(none(last));
    last = name("singular", "SingularConflict", wanted, granted, taken.resources()).or(none(last));
    last = shortNames(wanted, granted, taken.resources()).or(none(last));
    last = name("kind", "KindConflict", wanted, granted, taken.kinds()).or(none(last));
    last = name("listKind", "ListKindConflict", wanted, granted, taken.kinds()).or(none(last));
    if (wanted.has("categories")) {
      granted.set("categories", wanted.get("categories"));
    } else {
      granted.remove("categories");
    }
    return last;
  }

  private static java.util.function.Supplier<Optional<Conflict>> none(Optional<Conflict> before) {
    return () -> before;
  }

  private static Optional<Conflict> name(
      String field, String reason, JsonNode wanted, ObjectNode granted, Set<String> taken) {
    String name = Json.text(wanted, field);
    if (!name.equals(Json.text(granted, field)) && taken.contains(name)) {
      return Optional.of(new Conflict(reason, inUse(name)));
    }
    granted.put(field, name);
    return Optional.empty();
  }

  private static Optional<Conflict> shortNames(
      JsonNode wanted, ObjectNode granted, Set<String> taken) {
    var own = new HashSet<String>();
    granted.path("shortNames").forEach(each -> own.add(each.asString("")));
    var conflicts = new ArrayList<String>();
    for (JsonNode each : wanted.path("shortNames")) {
      String name = each.asString("");
      if (!own.contains(name) && taken.contains(name)) {
        conflicts.add(inUse(name));
      }
    }
    if (!conflicts.isEmpty()) {
      String all =
          conflicts.size() == 1 ? conflicts.getFirst() : "[" + String.join(", ", conflicts) + "]";
      return Optional.of(new Conflict("ShortNamesConflict", all));
    }
    if (wanted.has("shortNames")) {
      granted.set("shortNames", wanted.get("shortNames"));
    } else {
      granted.remove("shortNames");
    }
    return Optional.empty();
  }

  private static String inUse(String name) {
    return '"' + name + "\" is already in use";
  }

  private static Condition namesAccepted(Optional<Conflict> conflict) {
    return conflict
        .map(each -> new Condition("NamesAccepted", "False", each.reason(), each.message()))
        .orElse(new Condition("NamesAccepted", "True", "NoConflicts", "no conflicts found"));
  }

  /// Sets a condition; its transition time stays while its status does.
  private static void condition(ObjectNode status, Condition wanted, Instant now) {
    ArrayNode conditions =
        status.get("conditions") instanceof ArrayNode present
            ? present
            : status.putArray("conditions");
    ObjectNode found = null;
    for (JsonNode each : conditions) {
      if (each instanceof ObjectNode one && Json.text(one, "type").equals(wanted.type())) {
        found = one;
      }
    }
    ObjectNode condition = found != null ? found : conditions.addObject();
    if (!Json.text(condition, "status").equals(wanted.status())) {
      condition.put("lastTransitionTime", now.truncatedTo(ChronoUnit.SECONDS).toString());
    } else if (wanted.type().equals("Established") && wanted.status().equals("True")) {
      return;
    }
    condition
        .put("message", wanted.message())
        .put("reason", wanted.reason())
        .put("status", wanted.status())
        .put("type", wanted.type());
  }

  private static void storedVersions(ObjectNode crd, ObjectNode status) {
    String storage = CustomResources.storageVersion(crd.path("spec"));
    ArrayNode stored =
        status.get("storedVersions") instanceof ArrayNode present
            ? present
            : status.putArray("storedVersions");
    for (JsonNode each : stored) {
      if (each.asString("").equals(storage)) {
        return;
      }
    }
    if (!storage.isEmpty()) {
      stored.add(storage);
    }
  }
}
