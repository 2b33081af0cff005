package dev.slipway.apiserver.custom;

import dev.slipway.apiserver.resource.Converter;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.apiserver.resource.Scale;
import dev.slipway.apiserver.schema.Schema;
import dev.slipway.apiserver.schema.SchemaReader;
import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The resources a CustomResourceDefinition defines: one for each served version.
public final class CustomResources {
  private static final Schema TEXT = Schema.of(Schema.Type.STRING).build();
  private static final String API_VERSION = "The group and version this object is written in.";
  private static final String KIND = "The kind of this object; cannot change.";

  private final Schema objectMeta;
  private final ConversionWebhook webhook;

  /// @param objectMeta the shape of `metadata`, shared by all kinds
  public CustomResources(Schema objectMeta, ConversionWebhook webhook) {
    this.objectMeta = objectMeta;
    this.webhook = webhook;
  }

  /// Reads a definition that its rules accepted. Compiles its schemas, which for a large one takes
  /// some milliseconds.
  ///
  /// @param crd an `apiextensions.k8s.io/v1 CustomResourceDefinition`
  public List<Resource> of(ObjectNode crd) {
    var resources = new ArrayList<Resource>();
    for (JsonNode version : crd.path("spec").path("versions")) {
      if (version.path("served").asBoolean(false)) {
        resources.add(resource(crd, version));
      }
    }
    return resources;
  }

  private Resource resource(ObjectNode crd, JsonNode version) {
    JsonNode spec = crd.path("spec");
    JsonNode names = names(crd);
    String group = Json.text(spec, "group");
    String name = Json.text(version, "name");
    JsonNode subresources = version.path("subresources");
    boolean status = subresources.has("status") && !subresources.path("status").isNull();
    Optional<Scale> scale = scale(subresources.path("scale"));
    Schema schema = schema(spec, version);
    String kind = Json.text(names, "kind");
    return new Resource(
        group,
        name,
        kind,
        Json.text(names, "plural"),
        Json.text(names, "singular"),
        Json.text(spec, "scope").equals("Namespaced"),
        texts(names.path("shortNames")),
        texts(names.path("categories")),
        Resource.ALL_VERBS,
        status,
        scale,
        Set.of(),
        selectable(version),
        PrinterColumns.of(version),
        schema,
        new CustomResourceStrategy(group + "/" + name, kind, schema, status, scale),
        group,
        storageVersion(spec),
        converter(crd, group + "/" + name, group + "/" + storageVersion(spec)),
        deprecation(crd, version),
        true);
  }

  /// The names the definition was granted; those it asks for while it was granted none.
  private static JsonNode names(ObjectNode crd) {
    JsonNode accepted = crd.path("status").path("acceptedNames");
    return Json.text(accepted, "plural").isEmpty() ? crd.path("spec").path("names") : accepted;
  }

  static String storageVersion(JsonNode spec) {
    for (JsonNode version : spec.path("versions")) {
      if (version.path("storage").asBoolean(false)) {
        return Json.text(version, "name");
      }
    }
    return "";
  }

  /// The shape of the whole object, with the fields every object has.
  private Schema schema(JsonNode spec, JsonNode version) {
    JsonNode raw = version.path("schema").path("openAPIV3Schema");
    Schema written = raw.isObject() ? SchemaReader.read(raw) : Schema.ANYTHING;
    boolean open = written.preserveUnknown() || spec.path("preserveUnknownFields").asBoolean(false);
    Schema.Builder whole =
        Schema.of(Schema.Type.OBJECT)
            .description(written.description())
            .required(written.required())
            .preserveUnknown(open)
            .bounds(written.bounds())
            .rules(written.rules())
            .property("apiVersion", described(API_VERSION))
            .property("kind", described(KIND))
            .property("metadata", metadata(written.properties().get("metadata")));
    written.defaultValue().ifPresent(whole::defaultValue);
    written
        .properties()
        .forEach(
            (name, shape) -> {
              if (!name.equals("metadata") && !name.equals("apiVersion") && !name.equals("kind")) {
                whole.property(name, shape);
              }
            });
    return whole.build();
  }

  private static Schema described(String description) {
    return Schema.of(Schema.Type.STRING).description(description).build();
  }

  /// A definition may restrict the name of its objects, and nothing else of their metadata.
  private Schema metadata(@org.jspecify.annotations.Nullable Schema written) {
    if (written == null || written.properties().isEmpty()) {
      return objectMeta;
    }
    Schema.Builder restricted = Schema.of(Schema.Type.OBJECT).description(objectMeta.description());
    objectMeta.properties().forEach(restricted::property);
    for (String name : List.of("name", "generateName")) {
      Schema rule = written.properties().get(name);
      if (rule != null) {
        Schema known = objectMeta.properties().getOrDefault(name, TEXT);
        restricted.property(
            name,
            Schema.of(Schema.Type.STRING)
                .description(known.description())
                .format(rule.format())
                .bounds(rule.bounds())
                .build());
      }
    }
    return restricted.build();
  }

  private static Optional<Scale> scale(JsonNode raw) {
    return raw.isObject()
        ? Optional.of(
            new Scale(
                Json.text(raw, "specReplicasPath"),
                Json.text(raw, "statusReplicasPath"),
                Json.text(raw, "labelSelectorPath")))
        : Optional.empty();
  }

  private static Map<String, String> selectable(JsonNode version) {
    var fields = new LinkedHashMap<String, String>();
    for (JsonNode each : version.path("selectableFields")) {
      String path = Json.text(each, "jsonPath");
      fields.put(path.startsWith(".") ? path.substring(1) : path, "");
    }
    return fields;
  }

  private static String deprecation(ObjectNode crd, JsonNode version) {
    if (!version.path("deprecated").asBoolean(false)) {
      return "";
    }
    String written = Json.text(version, "deprecationWarning");
    String apiVersion = Json.text(crd, "spec", "group") + "/" + Json.text(version, "name");
    return written.isEmpty()
        ? apiVersion + " " + Json.text(crd, "spec", "names", "kind") + " is deprecated"
        : written;
  }

  private Converter converter(ObjectNode crd, String served, String stored) {
    boolean same = served.equals(stored);
    if (same || !Json.text(crd, "spec", "conversion", "strategy").equals("Webhook")) {
      return Converter.relabel(served, stored);
    }
    ObjectNode definition = crd.deepCopy();
    return new Converter() {
      @Override
      public ObjectNode toStored(ObjectNode object) {
        return webhook.convert(definition, object, stored);
      }

      @Override
      public ObjectNode toServed(ObjectNode object) {
        return webhook.convert(definition, object, served);
      }
    };
  }

  private static List<String> texts(JsonNode raw) {
    var all = new ArrayList<String>();
    for (JsonNode each : raw) {
      if (each.isString()) {
        all.add(each.stringValue());
      }
    }
    return all;
  }
}
