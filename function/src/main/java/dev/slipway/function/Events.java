package dev.slipway.function;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Requests as a proxy integration of AWS Lambda has them (payload format 1.0, with the raw path
/// and
/// query of 2.0), and CloudEvents beside.
final class Events {
  private Events() {}

  /// @throws FunctionException 400 where it claims to be a CloudEvent and is none
  static Map<String, @Nullable Object> of(Call call, byte[] body) throws FunctionException {
    var headers = call.plainHeaders();
    var text = Values.Text.of(body);
    var queries = queries(call.query());
    var event = new LinkedHashMap<String, @Nullable Object>();
    event.put("httpMethod", call.method());
    event.put("path", decoded(call.path().replace("+", "%2B")));
    event.put("rawPath", call.path());
    event.put("rawQueryString", call.query());
    event.put("headers", headers);
    event.put("multiValueHeaders", call.headers());
    event.put("queryStringParameters", last(queries));
    event.put("multiValueQueryStringParameters", queries);
    event.put("pathParameters", Map.of());
    event.put("stageVariables", Map.of());
    event.put("requestContext", context(call, headers));
    event.put("body", text.text());
    event.put("isBase64Encoded", text.isBase64());
    var cloud = CloudEvents.read(headers, text);
    if (cloud.isPresent()) {
      event.put("cloudEvent", cloud.get());
      if (CloudEvents.isStructured(headers)) {
        dataIsBody(cloud.get(), event);
      }
    }
    return event;
  }

  private static void dataIsBody(
      Map<String, @Nullable Object> cloud, Map<String, @Nullable Object> event) {
    boolean binary = cloud.containsKey("data_base64");
    var data = binary ? cloud.get("data_base64") : cloud.get("data");
    if (data != null) {
      event.put(
          "body",
          data instanceof String text
              ? text
              : new String(Values.json(data), StandardCharsets.UTF_8));
      event.put("isBase64Encoded", binary);
    }
  }

  private static Map<String, Object> context(Call call, Map<String, String> headers) {
    var identity =
        Map.of("sourceIp", call.peer(), "userAgent", headers.getOrDefault("user-agent", ""));
    return Map.of(
        "requestId",
        call.id(),
        "httpMethod",
        call.method(),
        "path",
        call.path(),
        "protocol",
        "HTTP/1.1",
        "identity",
        identity);
  }

  private static Map<String, List<String>> queries(String query) {
    var all = new LinkedHashMap<String, List<String>>();
    for (var each : query.split("&", -1)) {
      if (!each.isEmpty()) {
        int mark = each.indexOf('=');
        var name = decoded(mark < 0 ? each : each.substring(0, mark));
        all.computeIfAbsent(name, _ -> new ArrayList<>())
            .add(mark < 0 ? "" : decoded(each.substring(mark + 1)));
      }
    }
    return all;
  }

  private static Map<String, String> last(Map<String, List<String>> queries) {
    var all = new LinkedHashMap<String, String>();
    queries.forEach((name, values) -> all.put(name, values.getLast()));
    return all;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      return text;
    }
  }
}
