package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.apply.Ownership;
import dev.slipway.apiserver.builtin.NameRules;
import dev.slipway.apiserver.builtin.ObjectMetaRules;
import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.resource.Catalog;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.apiserver.schema.DecodeCheck;
import dev.slipway.apiserver.schema.Pruning;
import dev.slipway.base.Problem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Everything that shapes and judges an object on its way in: unknown fields, types, defaults,
/// rules, owners of fields.
final class Judge {
  /// The owners of one catalog's resources; replaced whole with the catalog, copied on growth.
  ///
  /// Keyed by identity: a resource is compared with its whole schema otherwise.
  @SuppressWarnings("IdentityHashMapUsage")
  private record Owners(Catalog catalog, IdentityHashMap<Resource, Ownership> byResource) {}

  private final Supplier<Catalog> catalog;
  private volatile Owners owners;

  Judge(Supplier<Catalog> catalog) {
    this.catalog = catalog;
    this.owners = new Owners(catalog.get(), new IdentityHashMap<>());
  }

  /// Drops, tells or refuses what the schema does not know, and refuses values of the wrong type.
  ///
  /// @throws ApiException 400
  void shape(Call call, ObjectNode object) {
    Resource resource = call.resource();
    if (!resource.custom()) {
      DecodeCheck.problem(object, resource.schema())
          .ifPresent(
              problem -> {
                throw undecodable(resource, problem);
              });
      dropNulls(object);
    }
    List<String> unknown = Pruning.prune(object, resource.schema());
    if (!unknown.isEmpty()) {
      strictness(call, Pruning.sentences(unknown));
    }
  }

  /// A null in a built-in object means that the field is absent.
  private static void dropNulls(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.removeIf(JsonNode::isNull);
    }
    for (JsonNode child : node) {
      dropNulls(child);
    }
  }

  void defaults(Call call, ObjectNode object) {
    call.resource().strategy().defaults(object);
  }

  /// Makes the caller the owner of a new object's fields.
  void ownCreated(Call call, ObjectNode object, Instant now) {
    ownership(call.resource()).create(object, actor(call, now));
  }

  /// Makes the caller the owner of what it changed.
  void ownUpdated(Call call, ObjectNode object, ObjectNode old, Instant now) {
    ownership(call.resource()).update(old, object, actor(call, now));
  }

  /// The live object with a configuration applied to it, its managed fields settled.
  ///
  /// @param live an empty object where there is none
  /// @throws ApiException 409 with the conflicts unless `force`
  ObjectNode ownApplied(Call call, ObjectNode wanted, ObjectNode live, boolean force, Instant now) {
    return ownership(call.resource()).apply(live, wanted, actor(call, now), force);
  }

  boolean ownersChanged(ObjectNode object, ObjectNode old) {
    return !entries(object).equals(entries(old));
  }

  private static JsonNode entries(ObjectNode object) {
    return object.path("metadata").path("managedFields");
  }

  private static Ownership.Actor actor(Call call, Instant now) {
    return new Ownership.Actor(call.fieldManager(), call.subresource(), now);
  }

  @SuppressWarnings("IdentityHashMapUsage")
  private Ownership ownership(Resource resource) {
    Owners now = owners;
    Catalog newest = catalog.get();
    Ownership known = now.catalog() == newest ? now.byResource().get(resource) : null;
    if (known == null) {
      var grown = new IdentityHashMap<Resource, Ownership>();
      if (now.catalog() == newest) {
        grown.putAll(now.byResource());
      }
      known = Ownership.of(resource, newest);
      grown.put(resource, known);
      owners = new Owners(newest, grown);
    }
    return known;
  }

  /// @throws ApiException 422 with all problems at once
  void created(Call call, ObjectNode object) {
    Resource resource = call.resource();
    var problems =
        new ArrayList<Problem>(
            ObjectMetaRules.create(
                Metas.of(object), resource.namespaced(), NameRules.forKind(resource.gvk())));
    problems.addAll(resource.strategy().validateCreate(object));
    refuseAny(call, problems);
    resource.strategy().warnings(object).forEach(call.warnings());
  }

  /// @throws ApiException 422 with all problems at once
  void updated(Call call, ObjectNode object, ObjectNode old) {
    Resource resource = call.resource();
    var problems = new ArrayList<Problem>(ObjectMetaRules.update(Metas.of(object), Metas.of(old)));
    problems.addAll(resource.strategy().validateUpdate(object, old, call.subresource()));
    refuseAny(call, problems);
    resource.strategy().warnings(object).forEach(call.warnings());
  }

  /// Passes over, tells or refuses complaints about fields, as the request asked.
  ///
  /// @throws ApiException 400 in strict mode
  static void strictness(Call call, List<String> complaints) {
    if (complaints.isEmpty() || call.fieldValidation().equals("Ignore")) {
      return;
    }
    if (call.fieldValidation().equals("Warn")) {
      complaints.forEach(call.warnings());
      return;
    }
    throw undecodable(call.resource(), "strict decoding error: " + String.join(", ", complaints));
  }

  private static ApiException undecodable(Resource resource, String why) {
    return ApiException.badRequest(
        resource.kind()
            + " in version \""
            + resource.version()
            + "\" cannot be handled as a "
            + resource.kind()
            + ": "
            + why);
  }

  private static void refuseAny(Call call, List<Problem> problems) {
    if (!problems.isEmpty()) {
      throw ApiException.invalid(call.resource().qualifiedKind(), call.name(), problems);
    }
  }
}
