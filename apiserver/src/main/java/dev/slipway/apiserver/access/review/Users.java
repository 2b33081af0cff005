package dev.slipway.apiserver.access.review;

import dev.slipway.apiserver.access.UserInfo;
import dev.slipway.base.Json;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A user as the `authentication.k8s.io` kinds write one.
final class Users {
  private Users() {}

  static ObjectNode toJson(UserInfo user) {
    ObjectNode json = Json.object().put("username", user.name());
    if (!user.uid().isEmpty()) {
      json.put("uid", user.uid());
    }
    if (!user.groups().isEmpty()) {
      ArrayNode groups = json.putArray("groups");
      user.groups().forEach(groups::add);
    }
    if (!user.extra().isEmpty()) {
      ObjectNode extra = json.putObject("extra");
      for (Map.Entry<String, List<String>> each : new TreeMap<>(user.extra()).entrySet()) {
        ArrayNode values = extra.putArray(each.getKey());
        each.getValue().forEach(values::add);
      }
    }
    return json;
  }
}
