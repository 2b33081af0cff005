package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.access.UserInfo;
import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.resource.Catalog;
import dev.slipway.apiserver.resource.LocalApi;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.apiserver.store.Objects;
import dev.slipway.apiserver.store.Objects.Page;
import dev.slipway.apiserver.store.Objects.Version;
import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/// The verbs for callers inside the process, as `system:apiserver` with all rights.
final class LocalVerbs implements LocalApi {
  private static final int STEP = 1000;
  private static final UserInfo ITSELF = UserInfo.of("system:apiserver", UserInfo.MASTERS);
  private static final String MANAGER = "slipway";

  private final Objects objects;
  private final Supplier<Catalog> catalog;
  private final Supplier<Verbs> verbs;

  /// @param verbs asked on first use, since the verbs' own admission reads through this
  LocalVerbs(Objects objects, Supplier<Catalog> catalog, Supplier<Verbs> verbs) {
    this.objects = objects;
    this.catalog = catalog;
    this.verbs = verbs;
  }

  @Override
  public Optional<ObjectNode> get(String group, String plural, String namespace, String name) {
    Version found = objects.get(key(group, plural), namespace, name);
    return found == null ? Optional.empty() : Optional.of(Json.parseObject(found.json()));
  }

  @Override
  public List<ObjectNode> list(String group, String plural, String namespace) {
    var found = new ArrayList<ObjectNode>();
    String after = "";
    long version = 0;
    while (true) {
      Page page = objects.list(key(group, plural), namespace, after, STEP, version);
      page.items().forEach(each -> found.add(Json.parseObject(each.json())));
      if (!page.more()) {
        return found;
      }
      version = page.resourceVersion();
      Version last = page.items().getLast();
      after = last.namespace() + "/" + last.name();
    }
  }

  @Override
  public ObjectNode create(String group, String plural, ObjectNode object) {
    return verbs.get().create(call(group, plural, object, ""), object, Json.object()).object();
  }

  @Override
  public ObjectNode update(String group, String plural, ObjectNode object) {
    return updateSubresource(group, plural, "", object);
  }

  @Override
  public ObjectNode updateStatus(String group, String plural, ObjectNode object) {
    return updateSubresource(group, plural, "status", object);
  }

  @Override
  public ObjectNode updateSubresource(
      String group, String plural, String subresource, ObjectNode object) {
    Call call = call(group, plural, object, subresource);
    return verbs.get().replace(call, object, Json.object()).object();
  }

  @Override
  public void delete(
      String group, String plural, String namespace, String name, ObjectNode options) {
    Call call = call(resource(group, plural), namespace, name, "");
    verbs.get().delete(call, options);
  }

  @Override
  public Catalog catalog() {
    return catalog.get();
  }

  private Call call(String group, String plural, ObjectNode object, String subresource) {
    Resource resource = resource(group, plural);
    String namespace = resource.namespaced() ? Metas.namespace(object) : "";
    return call(resource, namespace, Metas.name(object), subresource);
  }

  private static Call call(Resource resource, String namespace, String name, String subresource) {
    return new Call(
        resource, namespace, name, subresource, ITSELF, false, MANAGER, "Ignore", new Warnings());
  }

  private Resource resource(String group, String plural) {
    return catalog.get().stored(group, plural).orElseThrow(ApiException::noSuchPath);
  }

  private static String key(String group, String plural) {
    return group.isEmpty() ? plural : group + "/" + plural;
  }
}
