package dev.slipway.apiserver.access.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.apiserver.access.FakeLocalApi;
import dev.slipway.apiserver.access.UserInfo;
import dev.slipway.apiserver.access.authn.Outcome;
import dev.slipway.apiserver.access.rbac.RbacAuthorizer;
import dev.slipway.base.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class ReviewsTest {
  private static final UserInfo JANE = UserInfo.of("jane", "system:authenticated");
  private static final String LIST_PODS =
      "'resourceAttributes':{'namespace':'default','verb':'list','resource':'pods'}";

  private final FakeLocalApi api = new FakeLocalApi();
  private final RbacAuthorizer rbac = new RbacAuthorizer(api);
  private final AccessReviews access = new AccessReviews(rbac, rbac);

  @BeforeEach
  void world() {
    api.with(
            RbacAuthorizer.GROUP,
            "clusterroles",
            "{'metadata':{'name':'r'},'rules':["
                + "{'apiGroups':[''],'resources':['pods'],'verbs':['list']},"
                + "{'nonResourceURLs':['/x'],'verbs':['get']}]}")
        .with(
            RbacAuthorizer.GROUP,
            "clusterrolebindings",
            "{'metadata':{'name':'b'},'roleRef':{'kind':'ClusterRole','name':'r'},"
                + "'subjects':[{'kind':'User','name':'jane'}]}");
  }

  @Test
  void aSubjectIsToldYesWithTheReason() {
    ObjectNode answer = access.subject(review("{%s,'user':'jane'}".formatted(LIST_PODS)));
    assertThat(answer.path("status"))
        .isEqualTo(
            parse(
                """
                {'allowed':true,'reason':'RBAC: allowed by ClusterRoleBinding #b# of ClusterRole \
                #r# to User #jane#'}"""));
    assertThat(Json.text(answer, "spec", "user")).isEqualTo("jane");
  }

  @Test
  void aSubjectIsToldNo() {
    ObjectNode answer = access.subject(review("{%s,'user':'joe'}".formatted(LIST_PODS)));
    assertThat(answer.path("status")).isEqualTo(parse("{'allowed':false}"));
  }

  @Test
  void whoeverAsksIsTheSubjectOfASelfReview() {
    String path = "{'nonResourceAttributes':{'path':'/x','verb':'get'}}";
    assertThat(access.self(review(path), JANE).at("/status/allowed").asBoolean()).isTrue();
    assertThat(access.self(review(path), UserInfo.of("joe")).at("/status/allowed").asBoolean())
        .isFalse();
  }

  @Test
  void aLocalReviewStaysInItsNamespace() {
    String spec = "{%s,'user':'jane'}".formatted(LIST_PODS);
    ObjectNode answer = access.localSubject(review(spec), "default");
    assertThat(answer.at("/status/allowed").asBoolean()).isTrue();
    assertThatThrownBy(() -> access.localSubject(review(spec), "other"))
        .hasMessageContaining("spec.resourceAttributes.namespace");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'user':'x'} | spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified
          {'resourceAttributes':{}} | spec.user: Invalid value: "": at least one of user or group must be specified
          {'user':'x','resourceAttributes':{},'nonResourceAttributes':{}} | cannot be specified in combination with resourceAttributes
          """)
  void anUnclearQuestionIsRefused(String spec, String message) {
    assertThatThrownBy(() -> access.subject(review(spec)))
        .hasMessageStartingWith("SubjectAccessReview.authorization.k8s.io \"\" is invalid: ")
        .hasMessageContaining(message);
  }

  @Test
  void aQuestionHasNoName() {
    ObjectNode review = review("{%s,'user':'jane'}".formatted(LIST_PODS));
    Json.ensureObject(review, "metadata").putNull("creationTimestamp");
    access.subject(review);
    Json.ensureObject(review, "metadata").put("name", "q");
    assertThatThrownBy(() -> access.subject(review)).hasMessageContaining("must be empty");
  }

  @Test
  void allRulesAreListed() {
    ObjectNode answer = access.selfRules(review("{'namespace':'default'}"), JANE);
    assertThat(answer.path("status"))
        .isEqualTo(
            parse(
                """
                {'incomplete':false,'nonResourceRules':[{'nonResourceURLs':['/x'],'verbs':['get']}],
                 'resourceRules':[{'apiGroups':[''],'resources':['pods'],'verbs':['list']}]}"""));
    assertThatThrownBy(() -> access.selfRules(review("{}"), JANE))
        .hasMessage("no namespace on request");
  }

  @Test
  void aTokenIsReviewed() {
    var identity =
        new IdentityReviews(
            (token, audiences) ->
                switch (token) {
                  case "good" ->
                      new Outcome.Known(
                          new UserInfo("bot", "7", List.of("g"), Map.of("k", List.of("v"))),
                          audiences);
                  default -> new Outcome.Refused("invalid bearer token");
                },
            List.of("api"));
    assertThat(identity.token(review("{'token':'good'}")).path("status"))
        .isEqualTo(
            parse(
                """
                {'authenticated':true,'user':{'username':'bot','uid':'7',
                 'groups':['g','system:authenticated'],'extra':{'k':['v']}},'audiences':['api']}"""));
    assertThat(identity.token(review("{'token':'bad'}")).path("status"))
        .isEqualTo(parse("{'user':{},'error':'invalid bearer token'}"));
    assertThatThrownBy(() -> identity.token(review("{}")))
        .hasMessage("token is required for TokenReview in authentication");
    assertThat(identity.self(Json.object(), JANE).path("status"))
        .isEqualTo(parse("{'userInfo':{'username':'jane','groups':['system:authenticated']}}"));
  }

  private static ObjectNode review(String spec) {
    return parse("{'spec':" + spec + "}");
  }

  private static ObjectNode parse(String json) {
    return Json.parseObject(json.replace('\'', '"').replace("#", "\\\""));
  }
}
