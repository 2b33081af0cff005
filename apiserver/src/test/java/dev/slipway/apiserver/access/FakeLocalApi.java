package dev.slipway.apiserver.access;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.resource.Catalog;
import dev.slipway.apiserver.resource.LocalApi;
import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/// Objects in a map: no schemas, no admission; uid and resourceVersion are given, conflicts
/// noticed.
public final class FakeLocalApi implements LocalApi {
  private final Map<String, ObjectNode> objects = new TreeMap<>();
  private long version = 1;
  private int writes;

  @Override
  public Optional<ObjectNode> get(String group, String plural, String namespace, String name) {
    return Optional.ofNullable(objects.get(key(group, plural, namespace, name)))
        .map(ObjectNode::deepCopy);
  }

  @Override
  public List<ObjectNode> list(String group, String plural, String namespace) {
    var found = new ArrayList<ObjectNode>();
    String prefix = group + "|" + plural + "|" + (namespace.isEmpty() ? "" : namespace + "|");
    objects.forEach(
        (key, object) -> {
          if (key.startsWith(prefix)) {
            found.add(object.deepCopy());
          }
        });
    return found;
  }

  @Override
  public ObjectNode create(String group, String plural, ObjectNode object) {
    String key = keyOf(group, plural, object);
    if (objects.containsKey(key)) {
      throw ApiException.alreadyExists(plural, Json.text(object, "metadata", "name"));
    }
    ObjectNode kept = object.deepCopy();
    ObjectNode metadata = Json.ensureObject(kept, "metadata");
    if (!metadata.has("uid")) {
      metadata.put("uid", UUID.randomUUID().toString());
    }
    return keep(key, kept);
  }

  @Override
  public ObjectNode update(String group, String plural, ObjectNode object) {
    String key = keyOf(group, plural, object);
    String name = Json.text(object, "metadata", "name");
    ObjectNode old = objects.get(key);
    if (old == null) {
      throw ApiException.notFound(plural, name);
    }
    String asked = Json.text(object, "metadata", "resourceVersion");
    if (!asked.isEmpty() && !asked.equals(Json.text(old, "metadata", "resourceVersion"))) {
      throw ApiException.modified(plural, name);
    }
    return keep(key, object.deepCopy());
  }

  @Override
  public ObjectNode updateStatus(String group, String plural, ObjectNode object) {
    return update(group, plural, object);
  }

  @Override
  public ObjectNode updateSubresource(
      String group, String plural, String subresource, ObjectNode object) {
    return update(group, plural, object);
  }

  @Override
  public void delete(
      String group, String plural, String namespace, String name, ObjectNode options) {
    if (objects.remove(key(group, plural, namespace, name)) == null) {
      throw ApiException.notFound(plural, name);
    }
    writes++;
  }

  @Override
  public Catalog catalog() {
    return Catalog.of(List.of());
  }

  /// How many objects were created, changed or deleted so far.
  public int writes() {
    return writes;
  }

  /// Creates an object from JSON with `'` for `"`.
  public FakeLocalApi with(String group, String plural, String json) {
    create(group, plural, Json.parseObject(json.replace('\'', '"')));
    return this;
  }

  private ObjectNode keep(String key, ObjectNode object) {
    Json.ensureObject(object, "metadata").put("resourceVersion", Long.toString(++version));
    writes++;
    objects.put(key, object);
    return object.deepCopy();
  }

  private static String keyOf(String group, String plural, ObjectNode object) {
    return key(
        group,
        plural,
        Json.text(object, "metadata", "namespace"),
        Json.text(object, "metadata", "name"));
  }

  private static String key(String group, String plural, String namespace, String name) {
    return group + "|" + plural + "|" + namespace + "|" + name;
  }
}
