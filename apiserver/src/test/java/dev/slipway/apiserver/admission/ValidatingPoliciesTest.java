package dev.slipway.apiserver.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.apiserver.access.Authorizer;
import dev.slipway.apiserver.error.ApiException;
import java.time.InstantSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class ValidatingPoliciesTest {
  private static final String ALL =
      "'matchConstraints':{'resourceRules':[{'apiGroups':['apps'],'apiVersions':['v1'],"
          + "'operations':['CREATE','UPDATE'],'resources':['deployments']}]}";

  private final FakeCluster cluster = new FakeCluster();
  private final Requests requests =
      new Requests(
          cluster,
          new ValidatingPolicies(
              new AdmissionParts(
                  cluster.objects(),
                  cluster,
                  asked -> new Authorizer.Decision(asked.verb().equals("exempt"), ""),
                  (_, _, _) -> {
                    throw new IllegalArgumentException("no services here");
                  },
                  InstantSource.system())));

  @BeforeEach
  void namespace() {
    cluster.create(
        "{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'n','labels':{'env':'test'}}}");
  }

  private void policy(String spec) {
    cluster.create(
        "{'apiVersion':'admissionregistration.k8s.io/v1','kind':'ValidatingAdmissionPolicy','metadata':{'name':'p'},'spec':{%s,%s}}"
            .formatted(ALL, spec));
  }

  private void bind(String more) {
    cluster.create(
        "{'apiVersion':'admissionregistration.k8s.io/v1','kind':'ValidatingAdmissionPolicyBinding','metadata':{'name':'b'},'spec':{'policyName':'p'%s}}"
            .formatted(more));
  }

  private static ObjectNode deployment(int replicas) {
    return FakeCluster.manifest(
        "{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'d','namespace':'n'},'spec':{'replicas':%d}}"
            .formatted(replicas));
  }

  private void admit(int replicas) {
    requests.admit(requests.create(deployment(replicas)));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {'expression':'object.spec.replicas <= 5'} | failed expression: object.spec.replicas <= 5
          {'expression':'object.spec.replicas <= 5','message':'too many'} | too many
          {'expression':'object.spec.replicas <= 5','message':'m','messageExpression':'"at most 5, not " + string(object.spec.replicas)'} | at most 5, not 9
          {'expression':'object.spec.nothing == 1'} | expression 'object.spec.nothing == 1' resulted in error: no such key: nothing
          {'expression':'variables.twice <= 10','message':'twice is too many'} | twice is too many
          {'expression':'namespaceObject.metadata.labels.env != "test"','message':'not in test'} | not in test
          {'expression':'request.operation == "UPDATE"','message':'only updates'} | only updates
          {'expression':'authorizer.group("apps").resource("deployments").check("create").allowed()','message':'may not'} | may not
          """)
  void whatAPolicyObjectsTo(String validation, String why) {
    String escaped = validation.replace("\"", "\\\"");
    policy(
        "'variables':[{'name':'once','expression':'object.spec.replicas'},"
            + "{'name':'twice','expression':'variables.once * 2'}],'validations':["
            + escaped
            + "]");
    bind(",'validationActions':['Deny']");
    assertThatThrownBy(() -> admit(9))
        .isInstanceOfSatisfying(
            ApiException.class,
            refusal -> {
              assertThat(refusal.code()).isEqualTo(422);
              assertThat(refusal.reason()).isEqualTo("Invalid");
            })
        .hasMessage(
            "deployments.apps \"d\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b'"
                + " denied request: "
                + why);
  }

  @Test
  void aPolicyThatIsSatisfiedOrNotBoundSaysNothing() {
    policy("'validations':[{'expression':'object.spec.replicas <= 5'}]");
    assertThatCode(() -> admit(9)).doesNotThrowAnyException();
    bind(",'validationActions':['Deny']");
    assertThatCode(() -> admit(5)).doesNotThrowAnyException();
  }

  @Test
  void theReasonDecidesTheCode() {
    policy("'validations':[{'expression':'false','reason':'Forbidden'}]");
    bind(",'validationActions':['Deny']");
    assertThatThrownBy(() -> admit(1))
        .isInstanceOfSatisfying(
            ApiException.class, refusal -> assertThat(refusal.code()).isEqualTo(403));
  }

  @Test
  void warningAdmits() {
    policy("'validations':[{'expression':'false','message':'tut'}]");
    bind(",'validationActions':['Warn','Audit']");
    admit(1);
    assertThat(requests.warnings)
        .containsExactly(
            "Validation failed for ValidatingAdmissionPolicy 'p' with binding 'b': tut");
  }

  @Test
  void aFailureCanBeIgnored() {
    policy("'failurePolicy':'Ignore','validations':[{'expression':'object.nothing == 1'}]");
    bind(",'validationActions':['Deny']");
    assertThatCode(() -> admit(1)).doesNotThrowAnyException();
  }

  @Test
  void matchConditionsAndBindingsNarrow() {
    policy(
        "'matchConditions':[{'name':'many','expression':'object.spec.replicas > 5'}],"
            + "'validations':[{'expression':'false'}]");
    bind(
        ",'validationActions':['Deny'],'matchResources':{'namespaceSelector':{'matchLabels':{'env':'test'}}}");
    assertThatCode(() -> admit(1)).doesNotThrowAnyException();
    assertThatThrownBy(() -> admit(6)).hasMessageContaining("denied request");
  }

  @Test
  void parametersComeFromTheObjectTheBindingNames() {
    policy(
        "'paramKind':{'apiVersion':'v1','kind':'ConfigMap'},'validations':"
            + "[{'expression':'object.spec.replicas <= int(params.data.most)'}]");
    bind(
        ",'validationActions':['Deny'],'paramRef':{'name':'limits','parameterNotFoundAction':'Deny'}");
    assertThatThrownBy(() -> admit(1))
        .hasMessageContaining(
            "denied request: failed to configure binding: no params found for policy binding with"
                + " `Deny` parameterNotFoundAction");
    cluster.create(
        "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'limits','namespace':'n'},'data':{'most':'3'}}");
    assertThatCode(() -> admit(3)).doesNotThrowAnyException();
    assertThatThrownBy(() -> admit(4)).hasMessageContaining("denied request: failed expression");
  }

  @Test
  void everySelectedParameterIsTried() {
    policy(
        "'paramKind':{'apiVersion':'v1','kind':'ConfigMap'},'validations':"
            + "[{'expression':'object.spec.replicas != int(params.data.bad)'}]");
    bind(
        ",'validationActions':['Deny'],'paramRef':{'selector':{'matchLabels':{'for':'p'}},'parameterNotFoundAction':'Allow'}");
    assertThatCode(() -> admit(1)).doesNotThrowAnyException();
    for (int bad = 1; bad <= 2; bad++) {
      cluster.create(
          "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'c%d','namespace':'n','labels':{'for':'p'}},'data':{'bad':'%d'}}"
              .formatted(bad, bad));
    }
    assertThatThrownBy(() -> admit(2)).hasMessageContaining("denied request");
    assertThatCode(() -> admit(3)).doesNotThrowAnyException();
  }

  @Test
  void anExpressionThatDoesNotCompileFailsTheRequest() {
    policy("'validations':[{'expression':'object.spec.replicas <='}]");
    bind(",'validationActions':['Deny']");
    assertThatThrownBy(() -> admit(1)).hasMessageContaining("denied request: compilation error:");
  }
}
