package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.resource.Resource;
import dev.slipway.apiserver.store.Objects.Version;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// What a write came to: a status code, and the answer as a tree or as the stored version it can be
/// read from.
final class Outcome {
  private final int code;
  private final Resource resource;
  private final @Nullable Version stored;
  private @Nullable ObjectNode object;

  private Outcome(
      int code, Resource resource, @Nullable Version stored, @Nullable ObjectNode object) {
    this.code = code;
    this.resource = resource;
    this.stored = stored;
    this.object = object;
  }

  /// An answer that is not what is stored: a dry run, a `Status`.
  static Outcome of(int code, Resource resource, ObjectNode object) {
    return new Outcome(code, resource, null, object);
  }

  static Outcome of(int code, Resource resource, Version stored) {
    return new Outcome(code, resource, stored, null);
  }

  int code() {
    return code;
  }

  /// The answer in the served version.
  ObjectNode object() {
    if (object == null) {
      object = Stored.served(resource, java.util.Objects.requireNonNull(stored));
    }
    return object;
  }

  /// The stored bytes, where they are the answer as they stand; else null.
  byte @Nullable [] bytes() {
    return stored != null && Stored.sameForm(resource) ? stored.json() : null;
  }
}
