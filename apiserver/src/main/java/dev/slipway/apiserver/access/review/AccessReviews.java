package dev.slipway.apiserver.access.review;

import dev.slipway.apiserver.access.Attributes;
import dev.slipway.apiserver.access.Authorizer;
import dev.slipway.apiserver.access.UserInfo;
import dev.slipway.apiserver.access.rbac.PolicyRule;
import dev.slipway.apiserver.access.rbac.RbacAuthorizer;
import dev.slipway.apiserver.access.rbac.RbacAuthorizer.RulesHeld;
import dev.slipway.apiserver.error.ApiException;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Who may do what: the reviews of `authorization.k8s.io`. Each takes the object sent and returns
/// it with its `status`; nothing is stored.
///
/// Source: `k8s.io/kubernetes/pkg/registry/authorization` and `pkg/apis/authorization/validation`.
public final class AccessReviews {
  private static final String GROUP = ".authorization.k8s.io";

  private final Authorizer authorizer;
  private final RbacAuthorizer rules;

  /// @param rules lists what a user may do
  public AccessReviews(Authorizer authorizer, RbacAuthorizer rules) {
    this.authorizer = authorizer;
    this.rules = rules;
  }

  /// `SubjectAccessReview`: about anyone.
  ///
  /// @throws ApiException 422 for a question that makes no sense
  public ObjectNode subject(ObjectNode review) {
    var problems = new ArrayList<Problem>();
    ReviewRules.subject(review.path("spec"), problems);
    ReviewRules.metadata(review, false, problems);
    refuse("SubjectAccessReview", problems);
    return decided(review, subjectOf(review.path("spec")));
  }

  /// `LocalSubjectAccessReview`: about anyone, in one namespace.
  ///
  /// @param namespace of the request
  /// @throws ApiException 422 for a question that makes no sense; 400 for one about elsewhere
  public ObjectNode localSubject(ObjectNode review, String namespace) {
    var problems = new ArrayList<Problem>();
    JsonNode spec = review.path("spec");
    ReviewRules.subject(spec, problems);
    ReviewRules.metadata(review, true, problems);
    ReviewRules.local(review, namespace, problems);
    refuse("LocalSubjectAccessReview", problems);
    if (!Json.text(spec, "resourceAttributes", "namespace").equals(namespace)) {
      throw ApiException.badRequest(
          "spec.resourceAttributes.namespace must match namespace: " + namespace);
    }
    return decided(review, subjectOf(spec));
  }

  /// `SelfSubjectAccessReview`: about whoever asks (`kubectl auth can-i`).
  ///
  /// @throws ApiException 422 for a question that makes no sense
  public ObjectNode self(ObjectNode review, UserInfo user) {
    var problems = new ArrayList<Problem>();
    ReviewRules.attributes(review.path("spec"), problems);
    ReviewRules.metadata(review, false, problems);
    refuse("SelfSubjectAccessReview", problems);
    return decided(review, user);
  }

  /// `SelfSubjectRulesReview`: all that whoever asks may do in a namespace
  /// (`kubectl auth can-i --list`).
  ///
  /// @throws ApiException 400 where no namespace is named
  public ObjectNode selfRules(ObjectNode review, UserInfo user) {
    String namespace = Json.text(review, "spec", "namespace");
    if (namespace.isEmpty()) {
      throw ApiException.badRequest("no namespace on request");
    }
    RulesHeld held = rules.rulesFor(user, namespace);
    ObjectNode answer = review.deepCopy();
    ObjectNode status = answer.putObject("status");
    status.put("incomplete", false);
    ArrayNode paths = status.putArray("nonResourceRules");
    ArrayNode resources = status.putArray("resourceRules");
    for (PolicyRule each : held.rules()) {
      if (!each.nonResourceUrls().isEmpty()) {
        paths.add(PolicyRule.urls(each.verbs(), each.nonResourceUrls()).toJson());
      }
      if (!each.resources().isEmpty()) {
        resources.add(withoutUrls(each).toJson());
      }
    }
    if (!held.problems().isEmpty()) {
      status.put("evaluationError", String.join(", ", held.problems()));
    }
    return answer;
  }

  private static PolicyRule withoutUrls(PolicyRule rule) {
    return new PolicyRule(
        rule.verbs(), rule.apiGroups(), rule.resources(), rule.resourceNames(), List.of());
  }

  private ObjectNode decided(ObjectNode review, UserInfo user) {
    Authorizer.Decision decision = authorizer.authorize(attributes(review.path("spec"), user));
    ObjectNode answer = review.deepCopy();
    ObjectNode status = answer.putObject("status").put("allowed", decision.allowed());
    if (!decision.reason().isEmpty()) {
      status.put("reason", decision.reason());
    }
    return answer;
  }

  private static Attributes attributes(JsonNode spec, UserInfo user) {
    JsonNode path = spec.path("nonResourceAttributes");
    if (path.isObject()) {
      return new Attributes(
          user, Json.text(path, "verb"), "", "", "", "", "", "", Json.text(path, "path"));
    }
    JsonNode asked = spec.path("resourceAttributes");
    return new Attributes(
        user,
        Json.text(asked, "verb"),
        Json.text(asked, "group"),
        Json.text(asked, "version"),
        Json.text(asked, "resource"),
        Json.text(asked, "subresource"),
        Json.text(asked, "namespace"),
        Json.text(asked, "name"),
        "");
  }

  private static UserInfo subjectOf(JsonNode spec) {
    var extra = new TreeMap<String, List<String>>();
    if (spec.path("extra") instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> each : object.properties()) {
        extra.put(each.getKey(), texts(each.getValue()));
      }
    }
    return new UserInfo(
        Json.text(spec, "user"), Json.text(spec, "uid"), texts(spec.path("groups")), extra);
  }

  private static List<String> texts(JsonNode array) {
    var texts = new ArrayList<String>();
    for (JsonNode each : array) {
      texts.add(each.asString(""));
    }
    return texts;
  }

  private static void refuse(String kind, List<Problem> problems) {
    if (!problems.isEmpty()) {
      throw ApiException.invalid(kind + GROUP, "", problems);
    }
  }
}
