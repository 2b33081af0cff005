package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.builtin.NameRules;
import dev.slipway.apiserver.builtin.ObjectMetaRules;
import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.base.Problem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// Everything that shapes and judges an object on its way in: unknown fields, types, defaults,
/// rules, owners of fields.
final class Judge {
  /// Drops or refuses what the schema does not know, and refuses values of the wrong type.
  void shape(Call call, ObjectNode object) {}

  void defaults(Call call, ObjectNode object) {
    call.resource().strategy().defaults(object);
  }

  void ownCreated(Call call, ObjectNode object, Instant now) {}

  void ownUpdated(Call call, ObjectNode object, ObjectNode old, Instant now) {}

  /// The live object with a configuration applied to it, its managed fields settled.
  ObjectNode ownApplied(Call call, ObjectNode wanted, ObjectNode live, boolean force, Instant now) {
    return live;
  }

  boolean ownersChanged(ObjectNode object, ObjectNode old) {
    return false;
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
    throw ApiException.badRequest(
        call.resource().kind()
            + " in version \""
            + call.resource().version()
            + "\" cannot be handled as a "
            + call.resource().kind()
            + ": strict decoding error: "
            + String.join(", ", complaints));
  }

  private static void refuseAny(Call call, List<Problem> problems) {
    if (!problems.isEmpty()) {
      throw ApiException.invalid(call.resource().qualifiedKind(), call.name(), problems);
    }
  }
}
