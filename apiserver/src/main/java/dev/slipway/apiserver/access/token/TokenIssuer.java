package dev.slipway.apiserver.access.token;

import dev.slipway.apiserver.access.ServiceAccountName;
import dev.slipway.base.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes and signs service-account tokens.
///
/// Claims: `k8s.io/kubernetes/pkg/serviceaccount/{claims.go,legacy.go}`.
public final class TokenIssuer {
  /// Who says so, and the audience where none is asked for.
  public static final String ISSUER = "https://kubernetes.default.svc.cluster.local";

  static final String LEGACY_ISSUER = "kubernetes/serviceaccount";
  static final String LEGACY_PREFIX = "kubernetes.io/serviceaccount/";
  static final String PRIVATE = "kubernetes.io";

  private final TokenKeys keys;

  public TokenIssuer(TokenKeys keys) {
    this.keys = keys;
  }

  /// What a bound token is to say.
  ///
  /// @param bound the object asked for, and for a pod also its node
  record Wish(
      ObjectNode account, List<BoundObject> bound, List<String> audiences, Duration validity) {
    Wish {
      bound = List.copyOf(bound);
      audiences = List.copyOf(audiences);
    }
  }

  /// A token that ends with its time or with what it is bound to.
  String bound(Wish wish, Instant now) {
    String namespace = Json.text(wish.account(), "metadata", "namespace");
    String name = Json.text(wish.account(), "metadata", "name");
    ObjectNode claims = Json.object();
    ArrayNode audiences = claims.putArray("aud");
    wish.audiences().forEach(audiences::add);
    claims.put("exp", now.plus(wish.validity()).getEpochSecond());
    claims.put("iat", now.getEpochSecond());
    claims.put("iss", ISSUER);
    claims.put("jti", UUID.randomUUID().toString());
    ObjectNode own = claims.putObject(PRIVATE).put("namespace", namespace);
    wish.bound().forEach(each -> reference(own, each.kind(), each.name(), each.uid()));
    reference(own, "serviceaccount", name, Json.text(wish.account(), "metadata", "uid"));
    claims.put("nbf", now.getEpochSecond());
    claims.put("sub", ServiceAccountName.username(namespace, name));
    return keys.sign(claims);
  }

  /// The token of a Secret of type `kubernetes.io/service-account-token`: good until the secret or
  /// the account is deleted.
  public String legacy(ObjectNode account, ObjectNode secret) {
    String namespace = Json.text(account, "metadata", "namespace");
    String name = Json.text(account, "metadata", "name");
    return keys.sign(
        Json.object()
            .put("iss", LEGACY_ISSUER)
            .put(LEGACY_PREFIX + "namespace", namespace)
            .put(LEGACY_PREFIX + "secret.name", Json.text(secret, "metadata", "name"))
            .put(LEGACY_PREFIX + "service-account.name", name)
            .put(LEGACY_PREFIX + "service-account.uid", Json.text(account, "metadata", "uid"))
            .put("sub", ServiceAccountName.username(namespace, name)));
  }

  private static void reference(ObjectNode own, String kind, String name, String uid) {
    ObjectNode reference = own.putObject(kind).put("name", name);
    if (!uid.isEmpty()) {
      reference.put("uid", uid);
    }
  }
}
