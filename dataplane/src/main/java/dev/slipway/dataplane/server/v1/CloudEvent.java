package dev.slipway.dataplane.server.v1;

import dev.slipway.base.Json;
import dev.slipway.dataplane.server.RequestIds;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/// How a request is wrapped, and so its answer: not at all, as a CloudEvent whose attributes are
/// headers (binary mode), or as one in JSON (structured mode).
///
/// Source: CloudEvents 1.0, HTTP protocol binding; KServe's event types.
final class CloudEvent {
  private static final String TYPE = "io.kserve.inference.response";
  private static final String SOURCE = "io.kserve.inference.";
  private static final String STRUCTURED = "application/cloudevents+json";

  /// What wraps it.
  private enum Mode {
    PLAIN,
    BINARY,
    STRUCTURED
  }

  private final Mode mode;
  private final byte[] data;

  private CloudEvent(Mode mode, byte[] data) {
    this.mode = mode;
    this.data = data;
  }

  static CloudEvent read(Request request, byte[] body) {
    if (!request.header("ce-specversion").isEmpty()) {
      requireAttribute(request, "ce-id");
      requireAttribute(request, "ce-source");
      requireAttribute(request, "ce-type");
      return new CloudEvent(Mode.BINARY, body);
    }
    var type = request.header("content-type").toLowerCase(Locale.ROOT);
    return type.startsWith(STRUCTURED)
        ? new CloudEvent(Mode.STRUCTURED, unwrapped(body))
        : new CloudEvent(Mode.PLAIN, body);
  }

  private static void requireAttribute(Request request, String header) {
    if (request.header(header).isEmpty()) {
      throw new InvalidInputException("a CloudEvent needs the header " + header);
    }
  }

  private static byte[] unwrapped(byte[] body) {
    ObjectNode event;
    try {
      event = Json.parseObject(body);
    } catch (JacksonException | IllegalArgumentException problem) {
      throw new InvalidInputException(
          "a structured CloudEvent is a JSON object: " + problem.getMessage());
    }
    for (var attribute : new String[] {"specversion", "id", "source", "type"}) {
      if (Json.text(event, attribute).isEmpty()) {
        throw new InvalidInputException("a CloudEvent needs the attribute " + attribute);
      }
    }
    var encoded = event.get("data_base64");
    if (encoded != null) {
      try {
        return Base64.getDecoder().decode(encoded.asString());
      } catch (IllegalArgumentException problem) {
        throw new InvalidInputException("data_base64: " + problem.getMessage());
      }
    }
    var data = event.get("data");
    if (data == null) {
      throw new InvalidInputException("the CloudEvent has no data");
    }
    return Json.bytes(data);
  }

  byte[] data() {
    return data;
  }

  void answer(String model, byte[] body, Response response) {
    switch (mode) {
      case PLAIN -> response.header("content-type", "application/json").send(body);
      case BINARY ->
          response
              .header("content-type", "application/json")
              .header("ce-specversion", "1.0")
              .header("ce-id", RequestIds.next())
              .header("ce-source", SOURCE + model)
              .header("ce-type", TYPE)
              .header("ce-time", Instant.now().toString())
              .send(body);
      case STRUCTURED -> response.header("content-type", STRUCTURED).send(wrapped(model, body));
    }
  }

  private static byte[] wrapped(String model, byte[] body) {
    var event =
        Json.object()
            .put("specversion", "1.0")
            .put("id", RequestIds.next())
            .put("source", SOURCE + model)
            .put("type", TYPE)
            .put("time", Instant.now().toString())
            .put("datacontenttype", "application/json");
    event.set("data", Json.parse(body));
    return Json.bytes(event);
  }
}
