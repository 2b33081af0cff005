package dev.slipway.apiserver.admission;

import dev.slipway.apiserver.admission.AdmissionRequest.Operation;
import dev.slipway.apiserver.admission.PodStandard.Level;
import dev.slipway.apiserver.admission.PodStandard.LevelVersion;
import dev.slipway.apiserver.admission.StandardCheck.Violation;
import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.store.Objects;
import dev.slipway.base.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Holds pods to the Pod Security Standard their namespace's labels ask for, and warns about
/// workloads whose pods would fail it.
public final class PodSecurity implements Admission {
  private static final Set<String> SUBRESOURCES_THAT_CHANGE_PODS =
      Set.of("", "ephemeralcontainers", "resize");
  private static final int MOST_PODS_JUDGED = 3000;

  private final Objects objects;
  private final Stored<PodStandard> standards;

  public PodSecurity(Objects objects) {
    this.objects = objects;
    standards =
        new Stored<>(
            objects,
            "namespaces",
            namespace -> PodStandard.of(Json.strings(namespace, "metadata", "labels")));
  }

  @Override
  public void validate(AdmissionRequest request) {
    boolean write =
        request.operation() == Operation.CREATE || request.operation() == Operation.UPDATE;
    if (!write || request.object().isEmpty()) {
      return;
    }
    String storageKey = request.resource().storageKey();
    ObjectNode object = request.object().get();
    if (storageKey.equals("namespaces")) {
      namespace(request, object);
    } else if (storageKey.equals("pods")) {
      pod(request, object);
    } else if (request.subresource().isEmpty()) {
      PodTemplates.of(storageKey, object)
          .ifPresent(
              template -> standard(request).ifPresent(found -> warn(request, found, template)));
    }
  }

  private Optional<PodStandard> standard(AdmissionRequest request) {
    return standards.find("", request.namespace()).filter(found -> !found.isOpen());
  }

  private void pod(AdmissionRequest request, ObjectNode pod) {
    if (!SUBRESOURCES_THAT_CHANGE_PODS.contains(request.subresource())) {
      return;
    }
    Optional<PodStandard> standard = standard(request);
    if (standard.isEmpty() || (request.old().isPresent() && !matters(pod, request.old().get()))) {
      return;
    }
    List<Violation> violations =
        StandardCheck.violations(standard.get().enforce(), pod.path("metadata"), pod.path("spec"));
    if (!violations.isEmpty()) {
      throw Refusal.forbidden(
          request,
          "violates PodSecurity \"%s\": %s"
              .formatted(standard.get().enforce(), StandardCheck.details(violations)));
    }
    warn(request, standard.get(), pod);
  }

  /// Once a pod runs, only these can change what the rules look at.
  private static boolean matters(JsonNode pod, JsonNode old) {
    return !pod.at("/metadata/annotations").equals(old.at("/metadata/annotations"))
        || !images(pod).equals(images(old));
  }

  private static Map<String, String> images(JsonNode pod) {
    Map<String, String> images = new LinkedHashMap<>();
    Containers.all(pod.path("spec"))
        .forEach(each -> images.put(Json.text(each, "name"), Json.text(each, "image")));
    return images;
  }

  private static void warn(AdmissionRequest request, PodStandard standard, JsonNode podLike) {
    List<Violation> violations =
        StandardCheck.violations(standard.warn(), podLike.path("metadata"), podLike.path("spec"));
    if (!violations.isEmpty()) {
      request
          .warnings()
          .accept(
              "would violate PodSecurity \"%s\": %s"
                  .formatted(standard.warn(), StandardCheck.details(violations)));
    }
  }

  private void namespace(AdmissionRequest request, ObjectNode namespace) {
    if (!request.subresource().isEmpty()) {
      return;
    }
    PodStandard wanted = PodStandard.of(Json.strings(namespace, "metadata", "labels"));
    PodStandard before =
        PodStandard.of(
            request.old().map(old -> Json.strings(old, "metadata", "labels")).orElse(Map.of()));
    if (!wanted.problems().isEmpty() && !wanted.problems().equals(before.problems())) {
      throw ApiException.invalid("Namespace", Refusal.nameOf(request), wanted.problems());
    }
    if (request.operation() == Operation.UPDATE && isStricter(wanted.enforce(), before.enforce())) {
      warnOfPresentPods(request, wanted.enforce());
    }
  }

  private static boolean isStricter(LevelVersion wanted, LevelVersion before) {
    return wanted.level() != Level.PRIVILEGED
        && !wanted.equals(before)
        && (wanted.minor() != before.minor() || wanted.level().compareTo(before.level()) > 0);
  }

  private void warnOfPresentPods(AdmissionRequest request, LevelVersion enforce) {
    Map<String, List<String>> podsByReason = new LinkedHashMap<>();
    for (Objects.Version version :
        objects.list("pods", request.name(), "", MOST_PODS_JUDGED, 0).items()) {
      ObjectNode pod = Json.parseObject(version.json());
      List<Violation> violations =
          StandardCheck.violations(enforce, pod.path("metadata"), pod.path("spec"));
      if (!violations.isEmpty()) {
        podsByReason
            .computeIfAbsent(StandardCheck.reasons(violations), _ -> new java.util.ArrayList<>())
            .add(version.name());
      }
    }
    if (podsByReason.isEmpty()) {
      return;
    }
    request
        .warnings()
        .accept(
            "existing pods in namespace \"%s\" violate the new PodSecurity enforce level \"%s\""
                .formatted(request.name(), enforce));
    podsByReason.forEach((reasons, pods) -> request.warnings().accept(some(pods) + ": " + reasons));
  }

  private static String some(List<String> pods) {
    return switch (pods.size()) {
      case 1 -> pods.getFirst();
      case 2 -> pods.getFirst() + " (and 1 other pod)";
      default -> "%s (and %d other pods)".formatted(pods.getFirst(), pods.size() - 1);
    };
  }
}
