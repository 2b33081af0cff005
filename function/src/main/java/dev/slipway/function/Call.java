package dev.slipway.function;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A request as it reached the pod.
///
/// @param id of the request
/// @param target path and query, as sent
/// @param headers by name in lower case
/// @param peer the client's address
/// @param seconds that are left for it
record Call(
    String id,
    String method,
    String target,
    Map<String, List<String>> headers,
    String peer,
    double seconds) {

  String path() {
    int mark = target.indexOf('?');
    return mark < 0 ? target : target.substring(0, mark);
  }

  String query() {
    int mark = target.indexOf('?');
    return mark < 0 ? "" : target.substring(mark + 1);
  }

  /// Values of one name joined by commas.
  Map<String, String> plainHeaders() {
    var all = new LinkedHashMap<String, String>();
    headers.forEach((name, values) -> all.put(name, String.join(", ", values)));
    return all;
  }
}
