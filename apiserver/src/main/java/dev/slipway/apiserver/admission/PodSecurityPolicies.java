package dev.slipway.apiserver.admission;

import dev.slipway.apiserver.access.Attributes;
import dev.slipway.apiserver.access.Authorizer;
import dev.slipway.apiserver.access.UserInfo;
import dev.slipway.apiserver.admission.AdmissionRequest.Operation;
import dev.slipway.apiserver.store.Objects;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `policy/v1beta1 PodSecurityPolicy`, as it worked while Kubernetes had it.
///
/// A policy applies to a pod when the user who creates it, or the pod's service account, may `use`
/// the policy. Of the policies that apply, the first by name that the pod satisfies as it is wins;
/// else the first whose defaults make it satisfy; the pod is annotated with its name. A pod that
/// satisfies none is refused. Unlike upstream, a pod to which no policy applies is let through, so
/// that the first policy somebody creates concerns those who may use it and nobody else.
public final class PodSecurityPolicies implements Admission {
  static final String ANNOTATION = "kubernetes.io/psp";
  private static final String STORED = "policy/podsecuritypolicies";

  private final Stored<Policy> policies;
  private final Authorizer authorizer;

  /// @param spec shared: must not be changed
  record Policy(String name, JsonNode spec) {
    static Policy of(ObjectNode object) {
      return new Policy(Json.text(object, "metadata", "name"), object.path("spec"));
    }
  }

  public PodSecurityPolicies(Objects objects, Authorizer authorizer) {
    policies = new Stored<>(objects, STORED, Policy::of);
    this.authorizer = authorizer;
  }

  @Override
  public void mutate(AdmissionRequest request) {
    if (policies.isEmpty() || !concerns(request) || request.operation() != Operation.CREATE) {
      return;
    }
    ObjectNode pod = request.object().orElseThrow();
    List<Policy> usable = usable(request, pod);
    Optional<Policy> satisfied = usable.stream().filter(each -> accepts(each, pod)).findFirst();
    if (satisfied.isPresent()) {
      annotate(pod, satisfied.get());
      return;
    }
    for (Policy policy : usable) {
      ObjectNode changed = pod.deepCopy();
      PspDefaults.apply(policy.spec, changed);
      if (accepts(policy, changed)) {
        pod.setAll(changed);
        annotate(pod, policy);
        return;
      }
    }
  }

  @Override
  public void validate(AdmissionRequest request) {
    if (policies.isEmpty() || !concerns(request)) {
      return;
    }
    ObjectNode pod = request.object().orElseThrow();
    if (request.old().isPresent() && images(pod).equals(images(request.old().get()))) {
      return;
    }
    var problems = new ArrayList<Problem>();
    for (Policy policy : usable(request, pod)) {
      List<Problem> found = PspRules.judge(policy.spec, pod);
      if (found.isEmpty()) {
        return;
      }
      problems.addAll(found);
    }
    if (!problems.isEmpty()) {
      String all = problems.stream().map(Problem::toString).collect(Collectors.joining(" "));
      throw Refusal.forbidden(request, "PodSecurityPolicy: unable to admit pod: [" + all + "]");
    }
  }

  private static boolean concerns(AdmissionRequest request) {
    boolean write =
        request.operation() == Operation.CREATE || request.operation() == Operation.UPDATE;
    boolean changesPod =
        request.subresource().isEmpty() || request.subresource().equals("ephemeralcontainers");
    return write && changesPod && request.resource().storageKey().equals("pods");
  }

  private static Map<String, String> images(JsonNode pod) {
    return Containers.all(pod.path("spec")).stream()
        .collect(
            Collectors.toMap(
                each -> Json.text(each, "name"), each -> Json.text(each, "image"), (a, _) -> a));
  }

  private static boolean accepts(Policy policy, ObjectNode pod) {
    return PspRules.judge(policy.spec, pod).isEmpty();
  }

  private static void annotate(ObjectNode pod, Policy policy) {
    Json.ensureObject(pod, "metadata", "annotations").put(ANNOTATION, policy.name);
  }

  private List<Policy> usable(AdmissionRequest request, ObjectNode pod) {
    UserInfo account = account(request.namespace(), Json.text(pod, "spec", "serviceAccountName"));
    return policies.in("").stream()
        .filter(
            policy ->
                mayUse(request.user(), request.namespace(), policy)
                    || mayUse(account, request.namespace(), policy))
        .toList();
  }

  private boolean mayUse(@Nullable UserInfo user, String namespace, Policy policy) {
    return user != null
        && authorizer
            .authorize(
                new Attributes(
                    user,
                    "use",
                    "policy",
                    "v1beta1",
                    "podsecuritypolicies",
                    "",
                    namespace,
                    policy.name,
                    ""))
            .allowed();
  }

  private static @Nullable UserInfo account(String namespace, String name) {
    return name.isEmpty()
        ? null
        : UserInfo.of(
            "system:serviceaccount:" + namespace + ":" + name,
            "system:serviceaccounts",
            "system:serviceaccounts:" + namespace,
            UserInfo.AUTHENTICATED);
  }
}
