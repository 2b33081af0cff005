package dev.slipway.function;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// CloudEvents 1.0 over HTTP, in structured and in binary mode (the HTTP protocol binding, 3.1 and
/// 3.2), as maps of their JSON form.
final class CloudEvents {
  private static final String STRUCTURED = "application/cloudevents+json";
  private static final Set<String> PAYLOAD = Set.of("data", "data_base64", "datacontenttype");

  private CloudEvents() {}

  static boolean isStructured(Map<String, String> headers) {
    return headers.getOrDefault("content-type", "").startsWith(STRUCTURED);
  }

  /// @param headers by name in lower case
  /// @return empty where the request is none
  /// @throws FunctionException 400 where it is an incomplete one
  static Optional<Map<String, @Nullable Object>> read(Map<String, String> headers, Values.Text body)
      throws FunctionException {
    if (isStructured(headers)) {
      return Optional.of(structured(body.text()));
    }
    if (!headers.containsKey("ce-specversion")) {
      return Optional.empty();
    }
    var event = new LinkedHashMap<String, @Nullable Object>();
    headers.forEach(
        (name, value) -> {
          if (name.startsWith("ce-")) {
            event.put(name.substring(3), decoded(value));
          }
        });
    for (var each : List.of("id", "source", "type")) {
      if (Values.text(event, each).isEmpty()) {
        throw new FunctionException(
            400, "a CloudEvent in binary mode: the header ce-" + each + " is missing");
      }
    }
    payload(headers.getOrDefault("content-type", ""), body, event);
    return Optional.of(event);
  }

  private static String decoded(String value) {
    try {
      return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      return value;
    }
  }

  private static void payload(String type, Values.Text body, Map<String, @Nullable Object> event)
      throws FunctionException {
    if (!type.isEmpty()) {
      event.put("datacontenttype", type);
    }
    if (body.isBase64()) {
      event.put("data_base64", body.text());
    } else if (!body.text().isEmpty()) {
      boolean parse = Values.isJson(type);
      event.put("data", parse ? Values.parsed("a CloudEvent's data", body.text()) : body.text());
    }
  }

  @SuppressWarnings("unchecked") // JSON objects have texts as keys
  private static Map<String, @Nullable Object> structured(String text) throws FunctionException {
    var event = Values.parsed("a CloudEvent", text);
    if (!(event instanceof Map<?, ?> map) || Values.text(map, "specversion").isEmpty()) {
      throw new FunctionException(400, "a CloudEvent in structured mode: specversion is missing");
    }
    return (Map<String, @Nullable Object>) map;
  }

  /// Whether a result is one.
  static boolean isOne(Map<?, ?> result) {
    return !Values.text(result, "specversion").isEmpty() && !Values.text(result, "type").isEmpty();
  }

  /// Answers in the mode of the request; in binary mode where that was none.
  static Reply reply(Map<?, ?> result, boolean structured, String source) {
    var event = new LinkedHashMap<String, @Nullable Object>();
    event.put("id", UUID.randomUUID().toString());
    event.put("source", source);
    result.forEach((name, value) -> event.put(String.valueOf(name), value));
    if (structured) {
      return Reply.of(200, STRUCTURED + "; charset=utf-8", Values.json(event));
    }
    var headers = new LinkedHashMap<String, List<String>>();
    event.forEach(
        (name, value) -> {
          if (!PAYLOAD.contains(name)) {
            headers.put("ce-" + name, List.of(encoded(String.valueOf(value))));
          }
        });
    var body = body(event);
    var type = Values.text(event, "datacontenttype");
    var chosen = type.isEmpty() ? body.type() : type;
    if (!chosen.isEmpty()) {
      headers.put("content-type", new ArrayList<>(List.of(chosen)));
    }
    return new Reply(200, headers, body.bytes());
  }

  private static Values.Body body(Map<String, @Nullable Object> event) {
    if (event.containsKey("data_base64")) {
      return Values.Body.of(Base64.getDecoder().decode(Values.text(event, "data_base64")));
    }
    var data = event.get("data");
    boolean quote = data instanceof String && Values.isJson(Values.text(event, "datacontenttype"));
    return quote ? new Values.Body(Values.json(data), "application/json") : Values.Body.of(data);
  }

  /// Percent-encoded where a header cannot hold it: blanks stay, quotes and per cent do not.
  private static String encoded(String value) {
    var all = new StringBuilder();
    for (byte each : value.getBytes(StandardCharsets.UTF_8)) {
      boolean plain = each >= 0x20 && each < 0x7f && each != '"' && each != '%';
      all.append(plain ? String.valueOf((char) each) : "%%%02X".formatted(each & 0xff));
    }
    return all.toString();
  }
}
