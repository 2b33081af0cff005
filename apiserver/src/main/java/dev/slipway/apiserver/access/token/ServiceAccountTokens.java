package dev.slipway.apiserver.access.token;

import dev.slipway.apiserver.access.GoText;
import dev.slipway.apiserver.access.ServiceAccountName;
import dev.slipway.apiserver.access.UserInfo;
import dev.slipway.apiserver.access.authn.Outcome;
import dev.slipway.apiserver.access.authn.Recent;
import dev.slipway.apiserver.access.authn.TokenAuthenticator;
import dev.slipway.apiserver.resource.LocalApi;
import dev.slipway.base.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Users by service-account token. Signatures are checked once and remembered; dates, audience and
/// whether account and bound object still exist are asked every time, so a deletion counts at once.
///
/// Source: `k8s.io/kubernetes/pkg/serviceaccount/{jwt.go,claims.go,legacy.go}`.
public final class ServiceAccountTokens implements TokenAuthenticator {
  private static final int REMEMBERED = 4096;
  private static final Duration LEEWAY = Duration.ofMinutes(1);
  private static final String EXTRA = "authentication.kubernetes.io/";
  private static final String INVALIDATED = "service account token has been invalidated";

  private final TokenKeys keys;
  private final LocalApi api;
  private final InstantSource clock;
  private final Recent<String, ObjectNode> proved = new Recent<>(REMEMBERED);

  public ServiceAccountTokens(TokenKeys keys, LocalApi api, InstantSource clock) {
    this.keys = keys;
    this.api = api;
    this.clock = clock;
  }

  @Override
  public Outcome authenticate(String token, List<String> audiences) {
    String issuer;
    try {
      issuer = Json.text(TokenKeys.unproved(token), "iss");
    } catch (InvalidTokenException _) {
      return Outcome.ABSENT;
    }
    try {
      return switch (issuer) {
        case TokenIssuer.ISSUER -> bound(claims(token), audiences);
        case TokenIssuer.LEGACY_ISSUER -> legacy(token, claims(token), audiences);
        default -> Outcome.ABSENT;
      };
    } catch (InvalidTokenException e) {
      return new Outcome.Refused(String.valueOf(e.getMessage()));
    }
  }

  private ObjectNode claims(String token) throws InvalidTokenException {
    ObjectNode known = proved.find(token);
    if (known == null) {
      known = keys.prove(token);
      proved.keep(token, known);
    }
    return known;
  }

  private Outcome bound(ObjectNode claims, List<String> audiences) throws InvalidTokenException {
    List<String> own = texts(claims.path("aud"));
    List<String> shared = audiences.stream().filter(own::contains).toList();
    if (shared.isEmpty()) {
      throw new InvalidTokenException(
          "token audiences %s is invalid for the target audiences %s"
              .formatted(GoText.quoted(own), GoText.quoted(audiences)));
    }
    checkDates(claims);
    JsonNode about = claims.path(TokenIssuer.PRIVATE);
    String namespace = Json.text(about, "namespace");
    String name = Json.text(about, "serviceaccount", "name");
    ObjectNode account = account(namespace, name, Json.text(about, "serviceaccount", "uid"));
    checkBound(namespace, about);
    return new Outcome.Known(user(account, extra(claims)), shared);
  }

  private Outcome legacy(String token, ObjectNode claims, List<String> audiences)
      throws InvalidTokenException {
    String namespace = Json.text(claims, TokenIssuer.LEGACY_PREFIX + "namespace");
    String name = Json.text(claims, TokenIssuer.LEGACY_PREFIX + "service-account.name");
    String secretName = Json.text(claims, TokenIssuer.LEGACY_PREFIX + "secret.name");
    if (!audiences.contains(TokenIssuer.ISSUER)) {
      throw new InvalidTokenException(
          "token audiences %s is invalid for the target audiences %s"
              .formatted(GoText.quoted(List.of(TokenIssuer.ISSUER)), GoText.quoted(audiences)));
    }
    if (!ServiceAccountName.username(namespace, name).equals(Json.text(claims, "sub"))) {
      throw new InvalidTokenException("sub claim is invalid");
    }
    ObjectNode secret = live("secrets", namespace, secretName, "");
    if (!SecretText.decoded(secret, "token").equals(token)) {
      throw new InvalidTokenException("service account token does not match server's copy");
    }
    String uid = Json.text(claims, TokenIssuer.LEGACY_PREFIX + "service-account.uid");
    ObjectNode account = account(namespace, name, uid);
    return new Outcome.Known(user(account, Map.of()), List.of(TokenIssuer.ISSUER));
  }

  private void checkDates(ObjectNode claims) throws InvalidTokenException {
    Instant now = clock.instant();
    if (now.minus(LEEWAY).isAfter(date(claims, "exp"))) {
      throw new InvalidTokenException("service account token has expired");
    }
    if (now.plus(LEEWAY).isBefore(date(claims, "nbf"))) {
      throw new InvalidTokenException("service account token is not valid yet");
    }
  }

  private static Instant date(ObjectNode claims, String field) {
    return Instant.ofEpochSecond(claims.path(field).asLong(0));
  }

  private ObjectNode account(String namespace, String name, String uid)
      throws InvalidTokenException {
    ObjectNode account =
        api.get("", "serviceaccounts", namespace, name)
            .orElseThrow(
                () ->
                    new InvalidTokenException(
                        "serviceaccounts " + GoText.quoted(name) + " not found"));
    String current = Json.text(account, "metadata", "uid");
    if (!current.equals(uid)) {
      throw new InvalidTokenException(
          "service account UID (%s) does not match claim (%s)".formatted(current, uid));
    }
    if (isDeleted(account)) {
      throw new InvalidTokenException(
          "service account %s/%s has been deleted".formatted(namespace, name));
    }
    return account;
  }

  /// A pod's node is only mentioned, so it is asked for where the token is bound to a node alone.
  private void checkBound(String namespace, JsonNode own) throws InvalidTokenException {
    if (own.has("pod")) {
      live("pods", namespace, Json.text(own, "pod", "name"), Json.text(own, "pod", "uid"));
    } else if (own.has("secret")) {
      live("secrets", namespace, Json.text(own, "secret", "name"), Json.text(own, "secret", "uid"));
    } else if (own.has("node")) {
      live("nodes", "", Json.text(own, "node", "name"), Json.text(own, "node", "uid"));
    }
  }

  /// @param uid empty for any
  private ObjectNode live(String plural, String namespace, String name, String uid)
      throws InvalidTokenException {
    ObjectNode found =
        api.get("", plural, namespace, name)
            .orElseThrow(() -> new InvalidTokenException(INVALIDATED));
    boolean other = !uid.isEmpty() && !uid.equals(Json.text(found, "metadata", "uid"));
    if (other || isDeleted(found)) {
      throw new InvalidTokenException(INVALIDATED);
    }
    return found;
  }

  /// Whether its deletion was asked for longer ago than the leeway its users are given.
  private boolean isDeleted(ObjectNode object) {
    String asked = Json.text(object, "metadata", "deletionTimestamp");
    return !asked.isEmpty() && Instant.parse(asked).isBefore(clock.instant().minus(LEEWAY));
  }

  private static UserInfo user(ObjectNode account, Map<String, List<String>> extra) {
    var name =
        new ServiceAccountName(
            Json.text(account, "metadata", "namespace"), Json.text(account, "metadata", "name"));
    String uid = Json.text(account, "metadata", "uid");
    return new UserInfo(name.username(), uid, name.groups(), extra);
  }

  private static Map<String, List<String>> extra(ObjectNode claims) {
    JsonNode own = claims.path(TokenIssuer.PRIVATE);
    var extra = new TreeMap<String, List<String>>();
    put(
        extra,
        "credential-id",
        Json.text(claims, "jti").isEmpty() ? "" : "JTI=" + Json.text(claims, "jti"));
    put(extra, "pod-name", Json.text(own, "pod", "name"));
    put(extra, "pod-uid", Json.text(own, "pod", "uid"));
    put(extra, "node-name", Json.text(own, "node", "name"));
    put(extra, "node-uid", Json.text(own, "node", "uid"));
    return extra;
  }

  private static void put(Map<String, List<String>> extra, String key, String value) {
    if (!value.isEmpty()) {
      extra.put(EXTRA + key, List.of(value));
    }
  }

  private static List<String> texts(JsonNode value) {
    if (value.isString()) {
      return List.of(value.stringValue());
    }
    var texts = new ArrayList<String>();
    for (JsonNode each : value) {
      texts.add(each.asString(""));
    }
    return texts;
  }
}
