package dev.slipway.apiserver.access.rbac;

import dev.slipway.apiserver.access.Attributes;
import dev.slipway.apiserver.access.FakeLocalApi;
import dev.slipway.apiserver.access.UserInfo;

/// Short words for the objects of the tests in this package; JSON with `'` for `"`.
final class Roles {
  private Roles() {}

  static void clusterRole(FakeLocalApi api, String name, String rules) {
    role(api, "ClusterRole", "clusterroles", "'name':'%s'".formatted(name), rules);
  }

  static void role(FakeLocalApi api, String namespace, String name, String rules) {
    String metadata = "'namespace':'%s','name':'%s'".formatted(namespace, name);
    role(api, "Role", "roles", metadata, rules);
  }

  private static void role(
      FakeLocalApi api, String kind, String plural, String metadata, String rules) {
    api.with(
        RbacAuthorizer.GROUP,
        plural,
        "{'kind':'%s','metadata':{%s},'rules':[%s]}".formatted(kind, metadata, rules));
  }

  static void clusterBinding(FakeLocalApi api, String name, String role, String subjects) {
    api.with(
        RbacAuthorizer.GROUP,
        "clusterrolebindings",
        "{'metadata':{'name':'%s'},'roleRef':{'kind':'ClusterRole','name':'%s'},'subjects':[%s]}"
            .formatted(name, role, subjects));
  }

  static void binding(
      FakeLocalApi api, String namespace, String name, String roleRef, String subjects) {
    String[] ref = roleRef.split("/", 2);
    api.with(
        RbacAuthorizer.GROUP,
        "rolebindings",
        "{'metadata':{'namespace':'%s','name':'%s'},'roleRef':{'kind':'%s','name':'%s'},'subjects':[%s]}"
            .formatted(namespace, name, ref[0], ref[1], subjects));
  }

  static String user(String name) {
    return "{'kind':'User','name':'%s'}".formatted(name);
  }

  static String group(String name) {
    return "{'kind':'Group','name':'%s'}".formatted(name);
  }

  static String account(String namespace, String name) {
    return "{'kind':'ServiceAccount','namespace':'%s','name':'%s'}".formatted(namespace, name);
  }

  /// `pods`, `pods/log`, `deployments.apps/scale`, with `:name` behind it where one is asked for.
  static Attributes ask(UserInfo user, String verb, String what, String namespace) {
    if (what.startsWith("/")) {
      return new Attributes(user, verb, "", "", "", "", "", "", what);
    }
    String[] named = what.split(":", 2);
    String[] parts = named[0].split("/", 2);
    String[] qualified = parts[0].split("\\.", 2);
    return new Attributes(
        user,
        verb,
        qualified.length > 1 ? qualified[1] : "",
        "v1",
        qualified[0],
        parts.length > 1 ? parts[1] : "",
        namespace,
        named.length > 1 ? named[1] : "",
        "");
  }
}
