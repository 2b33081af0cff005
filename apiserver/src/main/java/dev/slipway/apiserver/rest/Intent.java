package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.access.Attributes;
import dev.slipway.apiserver.access.UserInfo;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.net.Request;

/// What a request about a resource wants: which resource, which verb.
record Intent(Resource resource, Target target, Query query, String verb) {

  /// The verb of a request, as `requestinfo.go` derives it.
  static String verb(Request request, Target target, Query query) {
    boolean named = !target.name().isEmpty();
    return switch (request.method()) {
      case "POST" -> "create";
      case "PUT" -> "update";
      case "PATCH" -> "patch";
      case "DELETE" -> named ? "delete" : "deletecollection";
      default -> {
        boolean watching =
            target.watch() || (query.flag("watch") && target.subresource().isEmpty());
        yield watching ? "watch" : named ? "get" : "list";
      }
    };
  }

  /// What the authorizer is asked. A collection narrowed to one name by a field selector counts as
  /// that name.
  static Attributes attributes(Target target, String verb, Query query, UserInfo user) {
    String name = target.name();
    if (name.isEmpty() && (verb.equals("list") || verb.equals("watch"))) {
      String selector = query.text("fieldSelector");
      if (selector.startsWith("metadata.name=") && selector.indexOf(',') < 0) {
        name = selector.substring(selector.lastIndexOf('=') + 1);
      }
    }
    return new Attributes(
        user,
        verb,
        target.group(),
        target.version(),
        target.plural(),
        target.subresource(),
        target.namespace(),
        name,
        "");
  }
}
