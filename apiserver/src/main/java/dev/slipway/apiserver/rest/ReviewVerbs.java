package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.access.review.AccessReviews;
import dev.slipway.apiserver.access.review.IdentityReviews;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Sends the kinds that are asked rather than stored to whoever answers them.
final class ReviewVerbs implements Subresources.Reviews {
  private final AccessReviews access;
  private final IdentityReviews identity;

  ReviewVerbs(AccessReviews access, IdentityReviews identity) {
    this.access = access;
    this.identity = identity;
  }

  @Override
  public Optional<ObjectNode> review(Call call, ObjectNode object) {
    ObjectNode answer =
        switch (call.resource().storageKey()) {
          case "authorization.k8s.io/subjectaccessreviews" -> access.subject(object);
          case "authorization.k8s.io/localsubjectaccessreviews" ->
              access.localSubject(object, call.namespace());
          case "authorization.k8s.io/selfsubjectaccessreviews" -> access.self(object, call.user());
          case "authorization.k8s.io/selfsubjectrulesreviews" ->
              access.selfRules(object, call.user());
          case "authentication.k8s.io/tokenreviews" -> identity.token(object);
          case "authentication.k8s.io/selfsubjectreviews" -> identity.self(object, call.user());
          default -> null;
        };
    return Optional.ofNullable(answer);
  }
}
