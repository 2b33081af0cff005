package dev.slipway.apiserver.rest;

import dev.slipway.base.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The parts of `metadata` the server owns.
final class Metas {
  private static final String SUFFIX_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
  private static final int SUFFIX_LENGTH = 5;
  private static final int MAX_GENERATED_BASE = 63 - SUFFIX_LENGTH;

  private Metas() {}

  static ObjectNode of(ObjectNode object) {
    return Json.ensureObject(object, "metadata");
  }

  static String name(JsonNode object) {
    return Json.text(object, "metadata", "name");
  }

  static String namespace(JsonNode object) {
    return Json.text(object, "metadata", "namespace");
  }

  static String uid(JsonNode object) {
    return Json.text(object, "metadata", "uid");
  }

  static String resourceVersion(JsonNode object) {
    return Json.text(object, "metadata", "resourceVersion");
  }

  static boolean deleting(JsonNode object) {
    return !Json.text(object, "metadata", "deletionTimestamp").isEmpty();
  }

  static ArrayNode finalizers(ObjectNode object) {
    return object.path("metadata").path("finalizers") instanceof ArrayNode list
        ? list
        : Json.array();
  }

  /// `2026-01-02T03:04:05Z`: whole seconds, as `metav1.Time` prints.
  static String timestamp(Instant now) {
    return now.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /// A name for `generateName`: the prefix cut to fit, and five letters that spell no words.
  static String generateName(String prefix) {
    var random = new SplittableRandom(ThreadLocalRandom.current().nextLong());
    var name =
        new StringBuilder(prefix.substring(0, Math.min(prefix.length(), MAX_GENERATED_BASE)));
    for (int i = 0; i < SUFFIX_LENGTH; i++) {
      name.append(SUFFIX_ALPHABET.charAt(random.nextInt(SUFFIX_ALPHABET.length())));
    }
    return name.toString();
  }

  /// Gives a new object its identity; what a client wrote there is overwritten.
  static void identify(ObjectNode object, Instant now) {
    ObjectNode metadata = of(object);
    metadata.put("uid", UUID.randomUUID().toString());
    metadata.put("creationTimestamp", timestamp(now));
    metadata.remove("deletionTimestamp");
    metadata.remove("deletionGracePeriodSeconds");
    metadata.remove("selfLink");
  }

  /// Takes the fields of `old` that no update may change.
  static void keepIdentity(ObjectNode object, ObjectNode old) {
    ObjectNode metadata = of(object);
    JsonNode before = old.path("metadata");
    for (String field :
        new String[] {
          "uid",
          "creationTimestamp",
          "deletionTimestamp",
          "deletionGracePeriodSeconds",
          "generation",
          "generateName",
          "selfLink"
        }) {
      if (before.has(field)) {
        metadata.set(field, before.get(field));
      } else {
        metadata.remove(field);
      }
    }
  }

  /// Whether anything but `metadata` and `status` differs: the reason to raise `generation`.
  static boolean desiredChanged(ObjectNode object, ObjectNode old) {
    return !withoutMetaAndStatus(object).equals(withoutMetaAndStatus(old));
  }

  private static ObjectNode withoutMetaAndStatus(ObjectNode object) {
    ObjectNode rest = Json.object();
    rest.setAll(object);
    rest.remove("metadata");
    rest.remove("status");
    rest.remove("apiVersion");
    rest.remove("kind");
    return rest;
  }

  /// Whether two forms of an object are the same but for the bookkeeping of `managedFields`.
  static boolean sameButManagedFields(ObjectNode object, ObjectNode old) {
    return bare(object).equals(bare(old));
  }

  private static ObjectNode bare(ObjectNode object) {
    ObjectNode copy = Json.object();
    copy.setAll(object);
    ObjectNode metadata = Json.object();
    if (object.get("metadata") instanceof ObjectNode given) {
      metadata.setAll(given);
    }
    metadata.remove("managedFields");
    metadata.remove("resourceVersion");
    copy.set("metadata", metadata);
    return copy;
  }
}
