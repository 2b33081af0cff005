package dev.slipway.apiserver.admission;

import dev.slipway.apiserver.access.Attributes;
import dev.slipway.apiserver.access.UserInfo;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.base.Json;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/// A request as a webhook or policy sees it: in the version its rules name.
///
/// @param as the resource in that version
/// @param object a form in that version; null node on deletion
/// @param old likewise; null node on creation
record VersionedRequest(AdmissionRequest request, Resource as, JsonNode object, JsonNode old) {

  static VersionedRequest of(AdmissionRequest request, Resource as) {
    return new VersionedRequest(
        request, as, form(request, as, request.object()), form(request, as, request.old()));
  }

  private static JsonNode form(AdmissionRequest request, Resource as, Optional<ObjectNode> object) {
    if (object.isEmpty()) {
      return NullNode.getInstance();
    }
    return isSame(request.resource(), as)
        ? object.get()
        : convert(request.resource(), as, object.get().deepCopy());
  }

  /// Brings an object in this request's version back to the version that was asked for.
  ObjectNode inAskedVersion(ObjectNode changed) {
    return isSame(request.resource(), as) ? changed : convert(as, request.resource(), changed);
  }

  private static boolean isSame(Resource a, Resource b) {
    return a.version().equals(b.version()) && a.group().equals(b.group());
  }

  private static ObjectNode convert(Resource from, Resource to, ObjectNode object) {
    return to.converter().toServed(from.converter().toStored(object));
  }

  /// `request` of an `admission.k8s.io/v1 AdmissionReview`, without `uid` and the objects.
  ObjectNode describe() {
    ObjectNode described = Json.object();
    described.set("kind", kind(as));
    described.set("resource", resource(as));
    described.put("subResource", request.subresource());
    described.set("requestKind", kind(request.resource()));
    described.set("requestResource", resource(request.resource()));
    described.put("requestSubResource", request.subresource());
    described.put("name", request.name());
    described.put("namespace", request.namespace());
    described.put("operation", request.operation().name());
    described.set("userInfo", user(request.user()));
    described.put("dryRun", request.dryRun());
    described.set("options", request.options());
    return described;
  }

  private static ObjectNode kind(Resource resource) {
    return Json.object()
        .put("group", resource.group())
        .put("version", resource.version())
        .put("kind", resource.kind());
  }

  private static ObjectNode resource(Resource resource) {
    return Json.object()
        .put("group", resource.group())
        .put("version", resource.version())
        .put("resource", resource.plural());
  }

  private static ObjectNode user(UserInfo user) {
    ObjectNode described = Json.object().put("username", user.name());
    if (!user.uid().isEmpty()) {
      described.put("uid", user.uid());
    }
    described.set("groups", texts(user.groups()));
    if (!user.extra().isEmpty()) {
      ObjectNode extra = described.putObject("extra");
      user.extra().forEach((key, values) -> extra.set(key, texts(values)));
    }
    return described;
  }

  private static ArrayNode texts(List<String> values) {
    ArrayNode array = Json.array();
    values.forEach(array::add);
    return array;
  }

  /// The request as an authorizer would have seen it.
  Attributes attributes() {
    return new Attributes(
        request.user(),
        request.operation().name().toLowerCase(Locale.ROOT),
        as.group(),
        as.version(),
        as.plural(),
        request.subresource(),
        request.namespace(),
        request.name(),
        "");
  }
}
