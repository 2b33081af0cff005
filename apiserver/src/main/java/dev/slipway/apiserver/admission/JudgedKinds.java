package dev.slipway.apiserver.admission;

import dev.slipway.api.KindRules;
import dev.slipway.api.KindRules.Admitting;
import dev.slipway.apiserver.admission.AdmissionRequest.Operation;
import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.resource.LocalApi;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/// Completes and judges the kinds that have [KindRules], all rules of a kind in their order.
///
/// A refusal is Kubernetes' own `Invalid` with every problem as a cause. An object that is being
/// deleted passes as it is, so that rules it never met cannot hold its finalizers.
public final class JudgedKinds implements Admission {
  private final Map<String, List<KindRules>> rules = new HashMap<>();
  private final LocalApi api;

  public JudgedKinds(List<KindRules> rules, LocalApi api) {
    this.api = api;
    for (KindRules each : rules) {
      this.rules.computeIfAbsent(name(each.group(), each.kind()), _ -> new ArrayList<>()).add(each);
    }
  }

  @Override
  public void mutate(AdmissionRequest request) {
    var admitting = new Request(request, api);
    concerned(request).forEach(each -> each.complete(admitting, object(request)));
  }

  @Override
  public void validate(AdmissionRequest request) {
    List<KindRules> concerned = concerned(request);
    if (concerned.isEmpty()) {
      return;
    }
    var problems = new ArrayList<Problem>();
    var admitting = new Request(request, api);
    concerned.forEach(each -> problems.addAll(each.judge(admitting, object(request))));
    if (!problems.isEmpty()) {
      String name = Json.text(object(request), "metadata", "name");
      throw ApiException.invalid(request.resource().qualifiedKind(), name, problems);
    }
  }

  private List<KindRules> concerned(AdmissionRequest request) {
    Resource resource = request.resource();
    boolean written =
        request.operation() == Operation.CREATE || request.operation() == Operation.UPDATE;
    if (!written || !request.subresource().isEmpty() || request.object().isEmpty()) {
      return List.of();
    }
    List<KindRules> found = rules.getOrDefault(name(resource.group(), resource.kind()), List.of());
    return found.isEmpty() || isLeaving(request) ? List.of() : found;
  }

  private static boolean isLeaving(AdmissionRequest request) {
    return request
        .old()
        .filter(old -> !Json.text(old, "metadata", "deletionTimestamp").isEmpty())
        .isPresent();
  }

  private static ObjectNode object(AdmissionRequest request) {
    return request.object().orElseThrow();
  }

  private static String name(String group, String kind) {
    return group + "/" + kind;
  }

  private record Request(AdmissionRequest request, LocalApi api) implements Admitting {
    @Override
    public Optional<ObjectNode> before() {
      return request.old();
    }

    @Override
    public String user() {
      return request.user().name();
    }

    @Override
    public Optional<ObjectNode> find(String group, String plural, String namespace, String name) {
      return api.get(group, plural, namespace, name);
    }

    @Override
    public List<ObjectNode> list(String group, String plural, String namespace) {
      return api.list(group, plural, namespace);
    }

    @Override
    public Consumer<String> warnings() {
      return request.warnings();
    }
  }
}
