package dev.slipway.apiserver.cel;

import dev.slipway.apiserver.access.Attributes;
import dev.slipway.apiserver.access.Authorizer;
import dev.slipway.apiserver.access.UserInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The value of an `authorizer` variable: asks whether a user may do something.
///
/// @param requestResource what `authorizer.requestResource` stands for
public record CelAuthorizer(
    Authorizer authorizer, UserInfo user, Optional<ResourceCheck> requestResource) {

  /// An authorizer for the request a user makes, about the resource it touches.
  public static CelAuthorizer forRequest(Authorizer authorizer, Attributes request) {
    var bare = new CelAuthorizer(authorizer, request.user(), Optional.empty());
    var check =
        new ResourceCheck(
            bare,
            request.group(),
            request.resource(),
            request.subresource(),
            request.namespace(),
            request.name());
    return new CelAuthorizer(authorizer, request.user(), Optional.of(check));
  }

  CelAuthorizer serviceAccount(String namespace, String name) {
    var account =
        new UserInfo(
            "system:serviceaccount:" + namespace + ":" + name,
            "",
            List.of(
                "system:serviceaccounts",
                "system:serviceaccounts:" + namespace,
                UserInfo.AUTHENTICATED),
            Map.of());
    return new CelAuthorizer(authorizer, account, Optional.empty());
  }

  /// Asks about a path that is no resource.
  record PathCheck(CelAuthorizer from, String path) {
    Decision check(String verb) {
      return Decision.of(from, new Attributes(from.user, verb, "", "", "", "", "", "", path));
    }
  }

  /// On the way to a [ResourceCheck].
  record GroupCheck(CelAuthorizer from, String group) {}

  /// Asks about a resource.
  public record ResourceCheck(
      CelAuthorizer from,
      String group,
      String resource,
      String subresource,
      String namespace,
      String name) {
    Decision check(String verb) {
      return Decision.of(
          from,
          new Attributes(from.user, verb, group, "*", resource, subresource, namespace, name, ""));
    }
  }

  /// What the authorizer said.
  record Decision(boolean allowed, String reason) {
    static Decision of(CelAuthorizer from, Attributes asked) {
      Authorizer.Decision said = from.authorizer.authorize(asked);
      return new Decision(said.allowed(), said.reason());
    }
  }
}
