package dev.slipway.apiserver.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.slipway.apiserver.cel.CelAuthorizer.Decision;
import dev.slipway.apiserver.cel.CelAuthorizer.GroupCheck;
import dev.slipway.apiserver.cel.CelAuthorizer.PathCheck;
import dev.slipway.apiserver.cel.CelAuthorizer.ResourceCheck;
import dev.slipway.apiserver.cel.Functions.Parameter;
import java.util.List;
import java.util.regex.Pattern;

/// Authorisation checks inside an expression. Source: `k8s.io/apiserver/pkg/cel/library/authz.go`.
final class AuthorizerLibrary {
  private static final String PACKAGE = "kubernetes.authorization.";
  private static final Parameter<CelAuthorizer> ASKER =
      Parameter.opaque(PACKAGE + "Authorizer", CelAuthorizer.class);
  private static final Parameter<PathCheck> PATH =
      Parameter.opaque(PACKAGE + "PathCheck", PathCheck.class);
  private static final Parameter<GroupCheck> GROUP =
      Parameter.opaque(PACKAGE + "GroupCheck", GroupCheck.class);
  private static final Parameter<ResourceCheck> RESOURCE =
      Parameter.opaque(PACKAGE + "ResourceCheck", ResourceCheck.class);
  private static final Parameter<Decision> DECISION =
      Parameter.opaque(PACKAGE + "Decision", Decision.class);
  private static final Pattern ACCOUNT = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");
  private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

  static final CelType AUTHORIZER = ASKER.type();
  static final CelType RESOURCE_CHECK = RESOURCE.type();

  private AuthorizerLibrary() {}

  static void add(Functions functions) {
    var string = Functions.STRING;
    functions.member(
        "path", "authorizer_path", PATH.type(), ASKER, string, AuthorizerLibrary::path);
    functions.member("group", "authorizer_group", GROUP.type(), ASKER, string, GroupCheck::new);
    functions.member(
        "serviceAccount",
        "authorizer_serviceaccount",
        ASKER.type(),
        List.of(ASKER, string, string),
        each -> account((CelAuthorizer) each[0], (String) each[1], (String) each[2]));
    functions.member(
        "resource",
        "groupcheck_resource",
        RESOURCE.type(),
        GROUP,
        string,
        AuthorizerLibrary::resource);
    narrowing(functions);
    functions.member("check", "pathcheck_check", DECISION.type(), PATH, string, PathCheck::check);
    functions.member(
        "check", "resourcecheck_check", DECISION.type(), RESOURCE, string, ResourceCheck::check);
    decisions(functions);
  }

  private static void narrowing(Functions functions) {
    var string = Functions.STRING;
    functions.member(
        "subresource",
        "resourcecheck_subresource",
        RESOURCE.type(),
        RESOURCE,
        string,
        (in, sub) ->
            new ResourceCheck(
                in.from(), in.group(), in.resource(), sub, in.namespace(), in.name()));
    functions.member(
        "namespace",
        "resourcecheck_namespace",
        RESOURCE.type(),
        RESOURCE,
        string,
        (in, namespace) ->
            new ResourceCheck(
                in.from(), in.group(), in.resource(), in.subresource(), namespace, in.name()));
    functions.member(
        "name",
        "resourcecheck_name",
        RESOURCE.type(),
        RESOURCE,
        string,
        (in, name) ->
            new ResourceCheck(
                in.from(), in.group(), in.resource(), in.subresource(), in.namespace(), name));
    functions.member(
        "fieldSelector",
        "authorizer_fieldselector",
        RESOURCE.type(),
        RESOURCE,
        string,
        (in, _) -> in);
    functions.member(
        "labelSelector",
        "authorizer_labelselector",
        RESOURCE.type(),
        RESOURCE,
        string,
        (in, _) -> in);
  }

  private static void decisions(Functions functions) {
    functions.member("allowed", "decision_allowed", SimpleType.BOOL, DECISION, Decision::allowed);
    functions.member("reason", "decision_reason", SimpleType.STRING, DECISION, Decision::reason);
    functions.member("errored", "decision_errored", SimpleType.BOOL, DECISION, _ -> false);
    functions.member("error", "decision_error", SimpleType.STRING, DECISION, _ -> "");
  }

  private static PathCheck path(CelAuthorizer from, String path) {
    if (path.isBlank()) {
      throw Functions.failure("path must not be empty");
    }
    return new PathCheck(from, path);
  }

  private static ResourceCheck resource(GroupCheck in, String resource) {
    if (resource.isBlank()) {
      throw Functions.failure("resource must not be empty");
    }
    return new ResourceCheck(in.from(), in.group(), resource, "", "", "");
  }

  private static CelAuthorizer account(CelAuthorizer from, String namespace, String name) {
    if (!ACCOUNT.matcher(name).matches()) {
      throw Functions.failure("Invalid service account name");
    }
    if (!NAMESPACE.matcher(namespace).matches()) {
      throw Functions.failure("Invalid service account namespace");
    }
    return from.serviceAccount(namespace, name);
  }
}
