package dev.slipway.apiserver.access.authn;

import dev.slipway.apiserver.access.Attributes;
import dev.slipway.apiserver.access.Authorizer;
import dev.slipway.apiserver.access.Refusal;
import dev.slipway.apiserver.access.ServiceAccountName;
import dev.slipway.apiserver.access.UserInfo;
import dev.slipway.apiserver.error.ApiException;
import dev.slipway.net.Request;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Acting as someone else (`kubectl --as`): each name, group, uid and extra asked for needs the
/// verb `impersonate` on it.
///
/// Rules: `k8s.io/apiserver/pkg/endpoints/filters/impersonation`.
public final class Impersonation {
  private static final String USER = "impersonate-user";
  private static final String GROUP = "impersonate-group";
  private static final String UID = "impersonate-uid";
  private static final String EXTRA = "impersonate-extra-";
  private static final String AUTHENTICATION = "authentication.k8s.io";

  private final Authorizer authorizer;

  public Impersonation(Authorizer authorizer) {
    this.authorizer = authorizer;
  }

  /// Whom the request is to be judged as: `sender` where it carries no impersonation header.
  ///
  /// @throws ApiException 403 for the first right that is missing; 400 where no user is named
  public UserInfo apply(UserInfo sender, Request request) {
    String user = request.header(USER);
    List<String> groups = request.headers(GROUP);
    String uid = request.header(UID);
    Map<String, List<String>> extra = extra(request);
    if (user.isEmpty()) {
      if (groups.isEmpty() && uid.isEmpty() && extra.isEmpty()) {
        return sender;
      }
      throw ApiException.badRequest(
          "impersonation of a group, uid or extra was requested without impersonating a user");
    }
    Optional<ServiceAccountName> account = ServiceAccountName.parse(user);
    checkUser(sender, user, account);
    groups.forEach(each -> check(sender, "", "groups", "", "", each));
    extra.forEach(
        (key, values) ->
            values.forEach(each -> check(sender, AUTHENTICATION, "userextras", key, "", each)));
    if (!uid.isEmpty()) {
      check(sender, AUTHENTICATION, "uids", "", "", uid);
    }
    return new UserInfo(user, uid, completed(user, groups, account), extra);
  }

  private void checkUser(UserInfo sender, String user, Optional<ServiceAccountName> account) {
    if (account.isPresent()) {
      check(sender, "", "serviceaccounts", "", account.get().namespace(), account.get().name());
    } else {
      check(sender, "", "users", "", "", user);
    }
  }

  private void check(
      UserInfo sender,
      String group,
      String resource,
      String subresource,
      String namespace,
      String name) {
    var asked =
        new Attributes(
            sender, "impersonate", group, "v1", resource, subresource, namespace, name, "");
    Authorizer.Decision decision = authorizer.authorize(asked);
    if (!decision.allowed()) {
      throw Refusal.of(asked, decision.reason());
    }
  }

  private static List<String> completed(
      String user, List<String> asked, Optional<ServiceAccountName> account) {
    var groups = new ArrayList<>(asked);
    if (asked.isEmpty()) {
      account.ifPresent(found -> groups.addAll(found.groups()));
    }
    boolean settled =
        groups.contains(UserInfo.AUTHENTICATED) || groups.contains(UserInfo.UNAUTHENTICATED);
    if (!settled) {
      groups.add(
          user.equals(UserInfo.ANONYMOUS) ? UserInfo.UNAUTHENTICATED : UserInfo.AUTHENTICATED);
    }
    return groups;
  }

  private static Map<String, List<String>> extra(Request request) {
    var extra = new TreeMap<String, List<String>>();
    for (String header : request.headerNames()) {
      if (header.startsWith(EXTRA)) {
        String key = header.substring(EXTRA.length()).toLowerCase(Locale.ROOT);
        extra.put(decoded(key), List.copyOf(request.headers(header)));
      }
    }
    return extra;
  }

  /// Percent escapes decoded where they are well-formed, as `url.PathUnescape`.
  private static String decoded(String key) {
    try {
      return URLDecoder.decode(key.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      return key;
    }
  }
}
