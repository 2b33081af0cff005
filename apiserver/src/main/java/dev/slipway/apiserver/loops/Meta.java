package dev.slipway.apiserver.loops;

import dev.slipway.apiserver.resource.GroupVersionKind;
import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;

/// The part of an object's metadata that decides when it goes.
record Meta(String uid, boolean leaving, List<String> finalizers, List<Owner> owners) {
  static final String FOREGROUND = "foregroundDeletion";
  static final String ORPHAN = "orphan";

  /// Stops where the part ends.
  private static final ObjectReader PART =
      Json.MAPPER.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private static final Meta NONE = new Meta("", false, List.of(), List.of());

  /// One element of `ownerReferences`.
  record Owner(String apiVersion, String kind, String name, String uid, boolean blocks) {
    static Owner of(JsonNode reference) {
      return new Owner(
          Json.text(reference, "apiVersion"),
          Json.text(reference, "kind"),
          Json.text(reference, "name"),
          Json.text(reference, "uid"),
          reference.path("blockOwnerDeletion").asBoolean(false));
    }

    boolean isOf(String group, String ofKind) {
      return kind.equals(ofKind) && GroupVersionKind.of(apiVersion, kind).group().equals(group);
    }
  }

  /// Reads no further than the end of `metadata`, which stands near the front of every object.
  static Meta read(byte[] json) {
    try (JsonParser parser = Json.MAPPER.createParser(json)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        boolean found = parser.currentName().equals("metadata");
        parser.nextToken();
        if (found) {
          return of(PART.readTree(parser));
        }
        parser.skipChildren();
      }
      return NONE;
    }
  }

  static Meta of(JsonNode metadata) {
    var finalizers = new ArrayList<String>();
    for (JsonNode each : metadata.path("finalizers")) {
      finalizers.add(each.asString(""));
    }
    var owners = new ArrayList<Owner>();
    for (JsonNode each : metadata.path("ownerReferences")) {
      owners.add(Owner.of(each));
    }
    return new Meta(
        Json.text(metadata, "uid"), metadata.hasNonNull("deletionTimestamp"), finalizers, owners);
  }

  /// Being deleted, and waiting for its dependents to go first.
  boolean awaitsDependents() {
    return leaving && finalizers.contains(FOREGROUND);
  }

  /// Being deleted, and its dependents are to be set free first.
  boolean orphansDependents() {
    return leaving && finalizers.contains(ORPHAN);
  }
}
