package dev.slipway.dataplane.server;

import dev.slipway.dataplane.model.Models;
import dev.slipway.dataplane.model.Servable;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.net.Request;
import java.util.List;
import java.util.Map;

/// The model meant by a path that names none: that of the header `seldon-model` or the query's
/// `model`, otherwise the only one there is.
public final class OnlyModel {
  private OnlyModel() {}

  public static Servable of(Models models, Request request) {
    var name = request.header("seldon-model");
    if (name.isEmpty()) {
      name = query(request).getOrDefault("model", "");
    }
    if (!name.isEmpty()) {
      return models.serving(name, "");
    }
    var all = models.all();
    if (all.size() == 1) {
      return models.serving(all.getFirst().name(), "");
    }
    throw new InvalidInputException(
        request.rawPath()
            + " names no model and "
            + all.size()
            + " are served: say which with ?model=NAME or the header seldon-model (there are: "
            + String.join(", ", names(models))
            + ")");
  }

  private static List<String> names(Models models) {
    return models.all().stream().map(model -> model.name()).toList();
  }

  /// The query's parameters, decoded; the last of a name counts.
  public static Map<String, String> query(Request request) {
    var found = new java.util.HashMap<String, String>();
    for (var pair : request.rawQuery().split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        found.put(pair.substring(0, equals), form(pair.substring(equals + 1)));
      }
    }
    return found;
  }

  /// A value of a form or query, decoded.
  public static String form(String value) {
    try {
      return java.net.URLDecoder.decode(value, java.nio.charset.StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      return value;
    }
  }
}
