package dev.slipway.controllers.storage;

import dev.slipway.base.Json;
import dev.slipway.base.Quantity;
import dev.slipway.control.Resource;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Which volume suits a claim. Same inputs, same answer.
///
/// Source: Kubernetes, `component-helpers/storage/volume` (`FindMatchingVolume`).
final class Matching {
  private Matching() {}

  /// The class a claim or volume names; empty for none.
  static String className(Resource claimOrVolume) {
    var annotated = claimOrVolume.annotation("volume.beta.kubernetes.io/storage-class");
    return annotated.isEmpty() ? claimOrVolume.text("spec", "storageClassName") : annotated;
  }

  static Quantity requested(Resource claim) {
    return quantity(claim.text("spec", "resources", "requests", "storage"));
  }

  static Quantity capacity(Resource volume) {
    return quantity(volume.text("spec", "capacity", "storage"));
  }

  private static Quantity quantity(String text) {
    return Quantity.parse(text).orElse(Quantity.ZERO);
  }

  static String volumeMode(Resource claimOrVolume) {
    var mode = claimOrVolume.text("spec", "volumeMode");
    return mode.isEmpty() ? "Filesystem" : mode;
  }

  /// Whether a volume has been promised to this claim: by its name, and by its uid where that is
  /// given.
  static boolean isPromised(Resource volume, Resource claim) {
    var reference = volume.spec().path("claimRef");
    var uid = Json.text(reference, "uid");
    return Json.text(reference, "name").equals(claim.name())
        && Json.text(reference, "namespace").equals(claim.namespace())
        && (uid.isEmpty() || uid.equals(claim.uid()));
  }

  static boolean isFree(Resource volume) {
    return !volume.spec().path("claimRef").isObject() && !volume.deleting();
  }

  /// The volume to bind: one promised to the claim, or else the smallest of the free that suits.
  static Optional<Resource> best(Resource claim, List<Resource> volumes) {
    var promised =
        volumes.stream()
            .filter(each -> isPromised(each, claim) && mismatch(claim, each).isEmpty())
            .findFirst();
    return promised.isPresent()
        ? promised
        : volumes.stream()
            .filter(Matching::isFree)
            .filter(each -> mismatch(claim, each).isEmpty())
            .filter(each -> selects(claim.spec().path("selector"), each))
            .min(Comparator.comparing(Matching::capacity).thenComparing(Resource::name));
  }

  /// Why a volume does not suit, whoever has it; empty if it does.
  static Optional<String> mismatch(Resource claim, Resource volume) {
    if (capacity(volume).compareTo(requested(claim)) < 0) {
      return Optional.of("requested PV is too small");
    }
    if (!className(volume).equals(className(claim))) {
      return Optional.of("storageClassName does not match");
    }
    if (!volumeMode(volume).equals(volumeMode(claim))) {
      return Optional.of("incompatible volumeMode");
    }
    return texts(volume.spec().path("accessModes"))
            .containsAll(texts(claim.spec().path("accessModes")))
        ? Optional.empty()
        : Optional.of("incompatible accessMode");
  }

  private static Set<String> texts(JsonNode array) {
    var all = new HashSet<String>();
    array.forEach(each -> all.add(each.asString("")));
    return all;
  }

  /// A label selector; one that is absent selects all.
  private static boolean selects(JsonNode selector, Resource volume) {
    var labels = volume.labels();
    if (!labels.entrySet().containsAll(Json.strings(selector, "matchLabels").entrySet())) {
      return false;
    }
    for (var each : selector.path("matchExpressions")) {
      var value = Optional.ofNullable(labels.get(Json.text(each, "key")));
      var values = texts(each.path("values"));
      boolean holds =
          switch (Json.text(each, "operator")) {
            case "In" -> value.filter(values::contains).isPresent();
            case "NotIn" -> value.filter(values::contains).isEmpty();
            case "Exists" -> value.isPresent();
            default -> value.isEmpty(); // DoesNotExist
          };
      if (!holds) {
        return false;
      }
    }
    return true;
  }
}
