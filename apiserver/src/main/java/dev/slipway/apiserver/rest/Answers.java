package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.resource.Column;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.base.Json;
import dev.slipway.net.Response;
import java.time.InstantSource;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// Writes one object as an answer, in the form the client asked for.
final class Answers {
  private Answers() {}

  /// Sends an outcome, its stored bytes untouched where they are the answer.
  static void send(
      Response response,
      Call call,
      Outcome outcome,
      Form form,
      String includeObject,
      InstantSource clock) {
    byte[] bytes = outcome.bytes();
    response.status(outcome.code());
    if (bytes != null && form.equals(Form.PLAIN)) {
      sendBytes(response, call, bytes, form);
      return;
    }
    ObjectNode object = outcome.object();
    boolean itself = object.path("kind").asString("").equals(call.resource().kind());
    JsonNode shaped = itself ? shaped(call.resource(), object, form, includeObject, clock) : object;
    sendBytes(response, call, render(shaped, form), form);
  }

  /// Sends a tree as it is.
  static void send(Response response, int code, JsonNode object, Form form) {
    response.status(code).header("content-type", form.mediaType()).send(render(object, form));
  }

  static byte[] render(JsonNode object, Form form) {
    return form.yaml() ? Yaml.MAPPER.writeValueAsBytes(object) : Json.bytes(object);
  }

  private static JsonNode shaped(
      Resource resource, ObjectNode object, Form form, String includeObject, InstantSource clock) {
    return switch (form.shape()) {
      case OBJECT -> object;
      case METADATA -> Tables.metadataOnly(object);
      case TABLE -> {
        List<Column> columns = Tables.columns(resource);
        ObjectNode table = Tables.head(columns);
        Json.ensureObject(table, "metadata").put("resourceVersion", Metas.resourceVersion(object));
        ((ArrayNode) table.get("rows"))
            .add(Tables.row(columns, object, includeObject, clock.instant()));
        yield table;
      }
    };
  }

  private static void sendBytes(Response response, Call call, byte[] bytes, Form form) {
    headers(response, call, form);
    response.send(bytes);
  }

  /// What every answer about a resource carries.
  static void headers(Response response, Call call, Form form) {
    response.header("content-type", form.mediaType()).header("cache-control", "no-cache, private");
    for (String warning : call.warnings().headerValues()) {
      response.addHeader("warning", warning);
    }
  }

  /// Made on first use: most servers never write YAML.
  private static final class Yaml {
    static final YAMLMapper MAPPER = new YAMLMapper();
  }
}
