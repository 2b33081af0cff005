package dev.slipway.registry.rest;

import dev.slipway.base.Json;
import dev.slipway.net.Request;
import dev.slipway.registry.ErrorCode;
import dev.slipway.registry.RegistryException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads the arguments of a request, from its query or its body.
final class RequestReader {
  /// Log-batch requests have a profile of 16 MiB at most.
  private static final int MAX_BODY = 64 << 20;

  private RequestReader() {}

  /// @param named what the path says; it goes before the rest
  static Arguments arguments(Request request, Map<String, String> named) {
    boolean asked = !request.rawQuery().isEmpty();
    boolean query = asked && request.method().equals("GET");
    ObjectNode fields = query ? query(request.rawQuery()) : body(request);
    if (asked && request.method().equals("DELETE") && fields.isEmpty()) {
      query = true;
      fields = query(request.rawQuery());
    }
    named.forEach(fields::put);
    return new Arguments(fields, query);
  }

  private static ObjectNode body(Request request) {
    byte[] bytes;
    try {
      bytes = request.body(MAX_BODY);
    } catch (Request.BodyTooLargeException e) {
      throw new RegistryException(ErrorCode.BAD_REQUEST, String.valueOf(e.getMessage()));
    }
    if (bytes.length == 0) {
      return Json.object();
    }
    String type = request.header("content-type");
    if (!request.method().equals("GET")
        && !type.isEmpty()
        && !type.split(";", 2)[0].strip().equalsIgnoreCase("application/json")) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST, "Bad Request. Content-Type must be one of ['application/json'].");
    }
    try {
      JsonNode read = Json.parse(bytes);
      if (read.isString()) {
        read = Json.MAPPER.readTree(read.stringValue());
      }
      if (read instanceof ObjectNode object) {
        return object;
      }
    } catch (JacksonException e) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST, "the request's body is no JSON: " + e.getOriginalMessage());
    }
    throw new RegistryException(ErrorCode.BAD_REQUEST, "the request's body is no JSON object");
  }

  static ObjectNode query(String raw) {
    ObjectNode fields = Json.object();
    for (String pair : raw.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
      String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
      JsonNode known = fields.get(name);
      if (name.isEmpty()) {
        continue;
      }
      if (known == null) {
        fields.put(name, value);
      } else if (known.isString()) {
        String first = known.stringValue();
        fields.putArray(name).add(first).add(value);
      } else {
        fields.withArrayProperty(name).add(value);
      }
    }
    return fields;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new RegistryException(
          ErrorCode.BAD_REQUEST, "the query is malformed: " + e.getMessage());
    }
  }
}
