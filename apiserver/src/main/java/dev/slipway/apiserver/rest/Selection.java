package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.resource.Resource;
import dev.slipway.apiserver.store.Objects.Version;
import dev.slipway.base.Json;
import tools.jackson.databind.node.ObjectNode;

/// Which objects of a resource a list, watch or deletecollection is about.
record Selection(Resource resource, LabelSelector labels, FieldSelector fields) {
  static Selection of(Resource resource, Query query) {
    return new Selection(
        resource,
        LabelSelector.parse(query.text("labelSelector")),
        FieldSelector.parse(query.text("fieldSelector"), resource));
  }

  boolean isEverything() {
    return labels.isEverything() && fields.isEverything();
  }

  /// Whether a version is meant. Costs nothing where everything is.
  boolean matches(Version version) {
    if (isEverything()) {
      return true;
    }
    String exact = fields.exactName();
    if (!exact.isEmpty() && !exact.equals(version.name())) {
      return false;
    }
    return matches(Stored.served(resource, version));
  }

  boolean matches(ObjectNode object) {
    return (labels.isEverything() || labels.matches(Json.strings(object, "metadata", "labels")))
        && fields.matches(object);
  }
}
