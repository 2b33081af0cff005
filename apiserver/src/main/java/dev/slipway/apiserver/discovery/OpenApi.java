package dev.slipway.apiserver.discovery;

import dev.slipway.apiserver.discovery.SchemaDocument.Dialect;
import dev.slipway.apiserver.resource.Catalog;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.apiserver.schema.Schema;
import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/// OpenAPI documents of what a catalog serves: one a group and version (v3), one of everything
/// (v2).
///
/// They carry what clients read: definitions with their group, version and kind, the paths with the
/// actions, patch types and
/// query parameters (`dryRun`, `fieldValidation`, `fieldManager`).
public final class OpenApi {
  private static final String GVK = "x-kubernetes-group-version-kind";
  private static final List<String> PATCH_TYPES =
      List.of(
          "application/json-patch+json",
          "application/merge-patch+json",
          "application/strategic-merge-patch+json",
          "application/apply-patch+yaml");

  private final Dialect dialect;
  private final SchemaDocument schemas;
  private final Optional<Schema> objectMeta;
  private final ObjectNode paths = Json.object();

  private OpenApi(Dialect dialect, Catalog catalog, Function<String, Optional<Schema>> types) {
    this.dialect = dialect;
    this.schemas = new SchemaDocument(dialect, types);
    this.objectMeta =
        catalog
            .find("", "v1", "namespaces")
            .map(found -> found.schema().properties().get("metadata"));
  }

  /// `/openapi/v3`: where the documents are.
  ///
  /// @param hash changes with the catalog, so that clients may keep a document for ever
  public static ObjectNode index(Catalog catalog, String hash) {
    ObjectNode index = Json.object();
    ObjectNode list = index.putObject("paths");
    Discovery.Groups.of(catalog)
        .forEach(
            (group, versions) ->
                versions
                    .keySet()
                    .forEach(
                        version -> {
                          String path = root(group, version).substring(1);
                          list.putObject(path)
                              .put("serverRelativeURL", "/openapi/v3/" + path + "?hash=" + hash);
                        }));
    return index;
  }

  /// The v3 document of one group and version.
  ///
  /// @param types built-in types by name
  /// @return empty where nothing of that name is served
  public static Optional<ObjectNode> v3(
      Catalog catalog, Function<String, Optional<Schema>> types, String group, String version) {
    List<Resource> resources =
        catalog.all().stream()
            .filter(each -> each.group().equals(group) && each.version().equals(version))
            .toList();
    if (resources.isEmpty()) {
      return Optional.empty();
    }
    var document = new OpenApi(Dialect.V3, catalog, types);
    resources.forEach(document::add);
    ObjectNode out = Json.object().put("openapi", "3.0.0");
    document.finish(out);
    out.putObject("components").set("schemas", document.schemas.definitions());
    return Optional.of(out);
  }

  /// The v2 (Swagger) document of everything.
  public static ObjectNode v2(Catalog catalog, Function<String, Optional<Schema>> types) {
    var document = new OpenApi(Dialect.V2, catalog, types);
    catalog.all().forEach(document::add);
    ObjectNode out = Json.object().put("swagger", "2.0");
    document.finish(out);
    out.set("definitions", document.schemas.definitions());
    return out;
  }

  private void finish(ObjectNode out) {
    out.putObject("info").put("title", "Slipway").put("version", "v1.36.0");
    out.set("paths", paths);
  }

  private void add(Resource resource) {
    String name = definitionName(resource);
    ObjectNode definition = schemas.define(name, withIdentity(resource));
    kindOf(definition.putArray(GVK).addObject(), resource);
    listDefinition(resource, name);
    String scope = resource.namespaced() ? "/namespaces/{namespace}" : "";
    String collection =
        root(resource.group(), resource.version()) + scope + "/" + resource.plural();
    collectionPath(resource, name, collection);
    if (resource.namespaced() && resource.verbs().contains("list")) {
      ObjectNode everywhere =
          paths.putObject(root(resource.group(), resource.version()) + "/" + resource.plural());
      operation(everywhere, "get", "list", resource, name + "List", List.of());
    }
    if (resource.verbs().contains("get")) {
      itemPath(resource, name, collection + "/{name}");
    }
    Subresource.of(resource)
        .forEach((sub, each) -> subPath(resource, name, collection + "/{name}/" + sub, each));
  }

  private void collectionPath(Resource resource, String name, String path) {
    ObjectNode item = paths.putObject(path);
    parameters(item, resource, false);
    if (resource.verbs().contains("list")) {
      operation(item, "get", "list", resource, name + "List", List.of());
    }
    if (resource.verbs().contains("create")) {
      operation(item, "post", "post", resource, name, List.of("application/json"));
    }
    if (resource.verbs().contains("deletecollection")) {
      operation(item, "delete", "deletecollection", resource, "", List.of());
    }
  }

  private void itemPath(Resource resource, String name, String path) {
    ObjectNode item = paths.putObject(path);
    parameters(item, resource, true);
    operation(item, "get", "get", resource, name, List.of());
    if (resource.verbs().contains("update")) {
      operation(item, "put", "put", resource, name, List.of("application/json"));
    }
    if (resource.verbs().contains("patch")) {
      operation(item, "patch", "patch", resource, name, patchTypes(resource));
    }
    if (resource.verbs().contains("delete")) {
      operation(item, "delete", "delete", resource, "", List.of());
    }
  }

  private void subPath(Resource resource, String name, String path, Subresource sub) {
    ObjectNode item = paths.putObject(path);
    parameters(item, resource, true);
    String body = sub.kind().equals(resource.kind()) ? name : "";
    for (String verb : sub.verbs()) {
      String method =
          switch (verb) {
            case "create" -> "post";
            case "update" -> "put";
            default -> verb;
          };
      List<String> consumes =
          switch (verb) {
            case "get", "delete" -> List.of();
            case "patch" -> patchTypes(resource);
            default -> List.of("application/json");
          };
      ObjectNode operation = operation(item, method, verb, resource, body, consumes);
      ObjectNode kind = operation.putObject(GVK);
      kind.put("group", sub.group()).put("version", sub.version()).put("kind", sub.kind());
    }
  }

  private static List<String> patchTypes(Resource resource) {
    return resource.custom()
        ? PATCH_TYPES.stream().filter(each -> !each.contains("strategic")).toList()
        : PATCH_TYPES;
  }

  private ObjectNode operation(
      ObjectNode item,
      String method,
      String action,
      Resource resource,
      String body,
      List<String> consumes) {
    ObjectNode operation = item.putObject(method);
    operation.put("operationId", operationId(action, resource, paths.size()));
    var query = operation.putArray("parameters");
    for (String name : queryParameters(action)) {
      parameter(query.addObject(), name, "query", false);
    }
    if (!consumes.isEmpty()) {
      body(operation, body, consumes);
    }
    responses(operation, body);
    operation.put("x-kubernetes-action", action);
    kindOf(operation.putObject(GVK), resource);
    return operation;
  }

  private void body(ObjectNode operation, String name, List<String> consumes) {
    if (dialect == Dialect.V2) {
      var list = operation.putArray("consumes");
      consumes.forEach(list::add);
      ObjectNode parameter =
          ((tools.jackson.databind.node.ArrayNode) operation.get("parameters")).addObject();
      parameter.put("name", "body").put("in", "body").put("required", true);
      parameter.set("schema", shape(name));
      return;
    }
    ObjectNode content = operation.putObject("requestBody").putObject("content");
    consumes.forEach(type -> content.putObject(type).set("schema", shape(name)));
  }

  private void responses(ObjectNode operation, String name) {
    ObjectNode ok = operation.putObject("responses").putObject("200").put("description", "OK");
    if (dialect == Dialect.V2) {
      operation.putArray("produces").add("application/json").add("application/yaml");
      ok.set("schema", shape(name));
    } else {
      ok.putObject("content").putObject("application/json").set("schema", shape(name));
    }
  }

  private ObjectNode shape(String name) {
    return name.isEmpty() ? Json.object().put("type", "object") : schemas.reference(name);
  }

  private static List<String> queryParameters(String action) {
    return switch (action) {
      case "list" ->
          List.of(
              "allowWatchBookmarks",
              "continue",
              "fieldSelector",
              "labelSelector",
              "limit",
              "resourceVersion",
              "resourceVersionMatch",
              "sendInitialEvents",
              "timeoutSeconds",
              "watch");
      case "post", "put", "create", "update" ->
          List.of("dryRun", "fieldManager", "fieldValidation");
      case "patch" -> List.of("dryRun", "fieldManager", "fieldValidation", "force");
      case "delete", "deletecollection" ->
          List.of("dryRun", "gracePeriodSeconds", "orphanDependents", "propagationPolicy");
      default -> List.of("pretty");
    };
  }

  private void parameters(ObjectNode item, Resource resource, boolean named) {
    var list = item.putArray("parameters");
    if (named) {
      parameter(list.addObject(), "name", "path", true);
    }
    if (resource.namespaced()) {
      parameter(list.addObject(), "namespace", "path", true);
    }
  }

  private void parameter(ObjectNode parameter, String name, String in, boolean required) {
    parameter.put("name", name).put("in", in);
    if (required) {
      parameter.put("required", true);
    }
    String type =
        switch (name) {
          case "limit", "timeoutSeconds", "gracePeriodSeconds" -> "integer";
          case "watch", "force", "allowWatchBookmarks", "sendInitialEvents", "orphanDependents" ->
              "boolean";
          default -> "string";
        };
    if (dialect == Dialect.V2) {
      parameter.put("type", type).put("uniqueItems", true);
    } else {
      parameter.putObject("schema").put("type", type).put("uniqueItems", true);
    }
  }

  /// The schema of a kind with `apiVersion`, `kind` and a described `metadata`.
  private Schema withIdentity(Resource resource) {
    if (!resource.custom()) {
      return resource.schema();
    }
    Schema schema = resource.schema();
    Schema.Builder whole =
        Schema.of(Schema.Type.OBJECT)
            .description(schema.description())
            .required(schema.required())
            .preserveUnknown(schema.preserveUnknown())
            .property("apiVersion", text("Version of the schema this object follows."))
            .property("kind", text("Kind of this object."));
    objectMeta.ifPresent(found -> whole.property("metadata", found));
    schema
        .properties()
        .forEach(
            (name, each) -> {
              if (!List.of("apiVersion", "kind", "metadata").contains(name)) {
                whole.property(name, each);
              }
            });
    return whole.build();
  }

  private static Schema text(String description) {
    return Schema.of(Schema.Type.STRING).description(description).build();
  }

  private void listDefinition(Resource resource, String name) {
    if (!resource.verbs().contains("list")) {
      return;
    }
    ObjectNode list =
        schemas.define(
            name + "List",
            Schema.of(Schema.Type.OBJECT)
                .description("A list of " + resource.kind() + ".")
                .required(java.util.Set.of("items"))
                .property("apiVersion", text("Version of the schema this list follows."))
                .property("kind", text("Kind of this list."))
                .property("metadata", listMeta())
                .build());
    ObjectNode items = Json.ensureObject(list, "properties").putObject("items");
    items.put("type", "array").set("items", schemas.reference(name));
    var kind = list.putArray(GVK).addObject();
    kind.put("group", resource.group()).put("version", resource.version());
    kind.put("kind", resource.listKind());
  }

  private static Schema listMeta() {
    return Schema.of(Schema.Type.OBJECT)
        .typeName("io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta")
        .description("Metadata of a list.")
        .property("continue", text("Token for the next page."))
        .property("remainingItemCount", Schema.of(Schema.Type.INTEGER).format("int64").build())
        .property("resourceVersion", text("Version of the snapshot the list shows."))
        .build();
  }

  private static void kindOf(ObjectNode out, Resource resource) {
    out.put("group", resource.group())
        .put("version", resource.version())
        .put("kind", resource.kind());
  }

  /// `io.k8s.api.core.v1.Pod`; for a custom resource its group reversed.
  private static String definitionName(Resource resource) {
    if (!resource.schema().typeName().isEmpty() && !resource.custom()) {
      return resource.schema().typeName();
    }
    List<String> parts = new ArrayList<>(List.of(resource.group().split("\\.", -1)));
    Collections.reverse(parts);
    return String.join(".", parts) + "." + resource.version() + "." + resource.kind();
  }

  private static String operationId(String action, Resource resource, int number) {
    return action
        + resource.group().replaceAll("[^A-Za-z0-9]", "")
        + resource.version().toUpperCase(Locale.ROOT)
        + resource.kind()
        + number;
  }

  private static String root(String group, String version) {
    return group.isEmpty() ? "/api/" + version : "/apis/" + group + "/" + version;
  }

  /// A strong entity tag of a document.
  public static String etag(byte[] document) {
    try {
      byte[] digest = java.security.MessageDigest.getInstance("SHA-256").digest(document);
      return java.util.HexFormat.of().formatHex(digest).toUpperCase(Locale.ROOT);
    } catch (java.security.NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }
}
