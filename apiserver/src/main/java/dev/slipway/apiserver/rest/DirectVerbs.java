package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.access.UserInfo;
import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.patch.Patches;
import dev.slipway.apiserver.resource.Catalog;
import dev.slipway.apiserver.resource.LocalApi;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.apiserver.schema.Schema;
import dev.slipway.base.Json;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/// The verbs that change things, for one identity inside the process that names each resource by
/// the version it speaks. Objects given are used up; objects returned are the caller's own.
///
/// All throw [ApiException] as the verb answers.
public final class DirectVerbs {
  private final Verbs verbs;
  private final PodVerbs pods;
  private final Supplier<Catalog> catalog;
  private final UserInfo user;
  private final String manager;

  DirectVerbs(
      Verbs verbs, LocalApi local, Supplier<Catalog> catalog, UserInfo user, String manager) {
    this.verbs = verbs;
    this.pods = new PodVerbs(verbs, local);
    this.catalog = catalog;
    this.user = user;
    this.manager = manager;
  }

  /// What is served at the moment.
  public Catalog catalog() {
    return catalog.get();
  }

  public ObjectNode create(Resource resource, ObjectNode object) {
    return verbs.create(call(resource, object, ""), object, Verbs.noOptions()).object();
  }

  /// Server-side apply, by force.
  public ObjectNode apply(Resource resource, ObjectNode object) {
    return verbs.apply(call(resource, object, ""), object, true, Verbs.noOptions()).object();
  }

  /// Replaces the object or, through a subresource, a part of it; without a resourceVersion
  /// whatever is there is replaced.
  public ObjectNode replace(Resource resource, String subresource, ObjectNode object) {
    Call call = call(resource, object, subresource);
    if (!Metas.resourceVersion(object).isEmpty()) {
      return verbs.replace(call, object, Verbs.noOptions()).object();
    }
    Placement.settleNamed(call, object);
    verbs.kit().judge().shape(call, object);
    return verbs.edit(call, _ -> object.deepCopy(), Verbs.noOptions()).object();
  }

  /// @param subresource `""`, `status` or `scale`
  public ObjectNode mergePatch(
      Resource resource, String namespace, String name, String subresource, ObjectNode patch) {
    Call call = call(resource, namespace, name, subresource);
    byte[] body = Json.bytes(patch);
    if (!subresource.equals("scale")) {
      return verbs.patch(call, Patches.MERGE, body, Verbs.noOptions()).object();
    }
    if (resource.scale().isEmpty()) {
      throw ApiException.noSuchPath();
    }
    ObjectNode view = Scales.of(resource, verbs.get(call).object());
    Json.ensureObject(view, "metadata").remove("resourceVersion");
    ObjectNode patched = Patches.apply(Patches.MERGE, body, view, Schema.ANYTHING, true);
    ObjectNode scaled = verbs.scale(call, patched, Verbs.noOptions()).object();
    return Scales.of(resource, scaled);
  }

  /// @param options `DeleteOptions`, may be empty
  public void delete(Resource resource, String namespace, String name, ObjectNode options) {
    verbs.delete(call(resource, namespace, name, ""), options);
  }

  /// Assigns a pod to a node.
  public void bind(String namespace, String pod, String node) {
    Resource resource = catalog.get().stored("", "pods").orElseThrow();
    ObjectNode binding = Json.object();
    binding.putObject("target").put("kind", "Node").put("name", node);
    pods.bind(call(resource, namespace, pod, "binding"), binding);
  }

  private Call call(Resource resource, ObjectNode object, String subresource) {
    String namespace = resource.namespaced() ? Metas.namespace(object) : "";
    return call(resource, namespace, Metas.name(object), subresource);
  }

  private Call call(Resource resource, String namespace, String name, String subresource) {
    return new Call(
        resource, namespace, name, subresource, user, false, manager, "Ignore", new Warnings());
  }
}
