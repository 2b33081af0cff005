package dev.slipway.function;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a handler returned, as an answer of HTTP.
final class Results {
  private static final int LEAST = 200;
  private static final int MOST = 599;

  private Results() {}

  /// @param structured whether the request was a CloudEvent in structured mode
  /// @param source of a CloudEvent that names none
  /// @throws IllegalArgumentException if a status is none
  static Reply of(@Nullable Object result, boolean structured, String source) {
    if (result instanceof Map<?, ?> map) {
      if (CloudEvents.isOne(map)) {
        return CloudEvents.reply(map, structured, source);
      }
      if (map.containsKey("statusCode")) {
        return proxied(map);
      }
    }
    var body = Values.Body.of(result);
    return Reply.of(result == null ? 204 : 200, body.type(), body.bytes());
  }

  private static Reply proxied(Map<?, ?> map) {
    int status = status(map.get("statusCode"));
    var headers = new LinkedHashMap<String, List<String>>();
    if (map.get("headers") instanceof Map<?, ?> given) {
      given.forEach((name, value) -> headers.put(lower(name), List.of(String.valueOf(value))));
    }
    if (map.get("multiValueHeaders") instanceof Map<?, ?> given) {
      given.forEach(
          (name, values) -> {
            var all = values instanceof List<?> list ? list : List.of(String.valueOf(values));
            headers.put(lower(name), all.stream().map(String::valueOf).toList());
          });
    }
    var content = map.get("body");
    var body = Values.Body.of(content);
    if (content instanceof String text && Values.text(map, "isBase64Encoded").equals("true")) {
      body = new Values.Body(Base64.getDecoder().decode(text), "application/octet-stream");
    }
    if (!body.type().isEmpty()) {
      headers.putIfAbsent("content-type", List.of(body.type()));
    }
    return new Reply(status, headers, body.bytes());
  }

  private static int status(@Nullable Object given) {
    int status;
    try {
      status = given instanceof Number number ? number.intValue() : Integer.parseInt("" + given);
    } catch (NumberFormatException _) {
      status = -1;
    }
    if (status < LEAST || status > MOST) {
      throw new IllegalArgumentException(
          "statusCode: found " + given + ", expected " + LEAST + " to " + MOST);
    }
    return status;
  }

  private static String lower(Object name) {
    return String.valueOf(name).toLowerCase(Locale.ROOT);
  }
}
