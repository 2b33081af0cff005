package dev.slipway.apiserver.access.review;

import dev.slipway.apiserver.access.UserInfo;
import dev.slipway.apiserver.access.authn.Authentication;
import dev.slipway.apiserver.access.authn.Outcome;
import dev.slipway.apiserver.access.authn.TokenAuthenticator;
import dev.slipway.apiserver.error.ApiException;
import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Who someone is: `TokenReview` and `SelfSubjectReview` of `authentication.k8s.io`. Each takes the
/// object sent and returns it with its `status`; nothing is stored.
public final class IdentityReviews {
  private final TokenAuthenticator tokens;
  private final List<String> apiAudiences;

  /// @param apiAudiences what tokens are judged for where the review names no audience
  public IdentityReviews(TokenAuthenticator tokens, List<String> apiAudiences) {
    this.tokens = tokens;
    this.apiAudiences = List.copyOf(apiAudiences);
  }

  /// @throws ApiException 400 without a token
  public ObjectNode token(ObjectNode review) {
    String token = Json.text(review, "spec", "token");
    if (token.isEmpty()) {
      throw ApiException.badRequest("token is required for TokenReview in authentication");
    }
    List<String> asked = texts(Json.at(review, "spec", "audiences"));
    ObjectNode answer = review.deepCopy();
    ObjectNode status = answer.putObject("status");
    switch (tokens.authenticate(token, asked.isEmpty() ? apiAudiences : asked)) {
      case Outcome.Known known -> {
        status.put("authenticated", true);
        status.set("user", Users.toJson(Authentication.authenticated(known.user())));
        ArrayNode audiences = status.putArray("audiences");
        known.audiences().forEach(audiences::add);
      }
      case Outcome.Refused refused -> {
        status.putObject("user");
        status.put("error", refused.why());
      }
      case Outcome.Absent _ -> status.putObject("user");
    }
    return answer;
  }

  /// `kubectl auth whoami`.
  public ObjectNode self(ObjectNode review, UserInfo user) {
    ObjectNode answer = review.deepCopy();
    answer.putObject("status").set("userInfo", Users.toJson(user));
    return answer;
  }

  private static List<String> texts(JsonNode array) {
    var texts = new ArrayList<String>();
    for (JsonNode each : array) {
      texts.add(each.asString(""));
    }
    return texts;
  }
}
