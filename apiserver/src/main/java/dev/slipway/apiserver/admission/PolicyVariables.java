package dev.slipway.apiserver.admission;

import dev.slipway.apiserver.access.Authorizer;
import dev.slipway.apiserver.cel.CelAuthorizer;
import dev.slipway.apiserver.cel.CelEnvironment;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// The variables that expressions about a request may use.
final class PolicyVariables {
  private PolicyVariables() {}

  /// What every expression may use: `object`, `oldObject`, `request`, `authorizer`.
  static CelEnvironment.Builder environment() {
    return CelEnvironment.builder()
        .dynamic("object")
        .dynamic("oldObject")
        .dynamic("request")
        .authorizer("authorizer");
  }

  /// What a policy's expressions may use besides.
  ///
  /// @param names of the policy's own variables
  static CelEnvironment policyEnvironment(Set<String> names) {
    return environment()
        .dynamic("params")
        .dynamic("namespaceObject")
        .fields("variables", names)
        .build();
  }

  static Map<String, Object> of(VersionedRequest request, Authorizer authorizer) {
    var variables = new HashMap<String, Object>();
    variables.put("object", request.object());
    variables.put("oldObject", request.old());
    variables.put("request", request.describe());
    variables.put("authorizer", CelAuthorizer.forRequest(authorizer, request.attributes()));
    return variables;
  }
}
