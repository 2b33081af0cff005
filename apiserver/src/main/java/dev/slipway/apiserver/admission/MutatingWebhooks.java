package dev.slipway.apiserver.admission;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.patch.Patches;
import dev.slipway.base.Json;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Lets the webhooks of MutatingWebhookConfigurations change a request, one after the other, after
/// the steps built in.
///
/// Where a webhook changed something, the built-in steps run once more, and then the webhooks that
/// ask for it (`reinvocationPolicy: IfNeeded`) and whose object has changed since they saw it.
final class MutatingWebhooks implements Admission {
  private final Admission builtIn;
  private final Webhooks webhooks;

  /// @param builtIn steps that run before the webhooks
  MutatingWebhooks(Admission builtIn, AdmissionParts parts) {
    this.builtIn = builtIn;
    webhooks = new Webhooks(parts, "mutatingwebhookconfigurations");
  }

  @Override
  public void mutate(AdmissionRequest request) {
    builtIn.mutate(request);
    List<Webhooks.Call> calls = webhooks.concerned(request);
    if (calls.isEmpty()) {
      return;
    }
    Map<String, JsonNode> seen = new HashMap<>();
    boolean changed = false;
    for (Webhooks.Call call : calls) {
      changed |= invoke(call, request);
      request.object().ifPresent(object -> seen.put(call.webhook().key(), object.deepCopy()));
    }
    if (changed) {
      builtIn.mutate(request);
      again(request, seen);
    }
  }

  private void again(AdmissionRequest request, Map<String, JsonNode> seen) {
    ObjectNode object = request.object().orElseThrow();
    for (Webhooks.Call call : webhooks.concerned(request)) {
      if (call.webhook().reinvoked() && !object.equals(seen.get(call.webhook().key()))) {
        invoke(call, request);
      }
    }
  }

  @Override
  public void validate(AdmissionRequest request) {
    builtIn.validate(request);
  }

  @Override
  public Reservation reserve(AdmissionRequest request) {
    return builtIn.reserve(request);
  }

  /// @return whether the object changed
  private boolean invoke(Webhooks.Call call, AdmissionRequest request) {
    VersionedRequest versioned = VersionedRequest.of(request, call.as());
    Optional<JsonNode> response = webhooks.ask(call, versioned);
    String patch = response.map(found -> Json.text(found, "patch")).orElse("");
    if (patch.isEmpty() || request.object().isEmpty()) {
      return false;
    }
    if (!Json.text(response.get(), "patchType").equals("JSONPatch")) {
      throw failed(call, "webhook response.patchType must be \"JSONPatch\"");
    }
    ObjectNode object = request.object().get();
    ObjectNode patched = versioned.inAskedVersion(patched(call, versioned, patch));
    if (patched.equals(object)) {
      return false;
    }
    object.removeAll();
    object.setAll(patched);
    return true;
  }

  private static ObjectNode patched(Webhooks.Call call, VersionedRequest request, String patch) {
    try {
      byte[] operations = Base64.getDecoder().decode(patch);
      return Patches.apply(
          Patches.JSON,
          operations,
          (ObjectNode) request.object(),
          call.as().schema(),
          call.as().custom());
    } catch (ApiException | IllegalArgumentException unusable) {
      throw failed(call, String.valueOf(unusable.getMessage()));
    }
  }

  private static ApiException failed(Webhooks.Call call, String why) {
    return ApiException.internal(
        "failed calling webhook \"%s\": received invalid webhook response: %s"
            .formatted(call.webhook().name(), why));
  }
}
