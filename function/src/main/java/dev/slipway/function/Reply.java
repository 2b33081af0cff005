package dev.slipway.function;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What is answered.
///
/// @param headers by name in lower case, each value a header of its own
@SuppressWarnings("ArrayRecordComponent") // passed on, never compared
record Reply(int status, Map<String, List<String>> headers, byte[] body) {

  /// One content type and nothing else; none where the type is empty.
  static Reply of(int status, String type, byte[] body) {
    return new Reply(
        status, type.isEmpty() ? Map.of() : Map.of("content-type", List.of(type)), body);
  }

  /// A refusal: `{"error": …, "id": …}`.
  static Reply failure(int status, String request, String why) {
    var body = new LinkedHashMap<String, String>();
    body.put("error", why);
    body.put("id", request);
    return of(status, "application/json", Values.json(body));
  }
}
