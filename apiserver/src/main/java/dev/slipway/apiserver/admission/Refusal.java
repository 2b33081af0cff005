package dev.slipway.apiserver.admission;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.base.Json;
import java.util.Collection;
import java.util.List;

/// How a step says no: 403 with the object's name, or with what its name will start with.
final class Refusal {
  private Refusal() {}

  static ApiException forbidden(AdmissionRequest request, String why) {
    return ApiException.forbidden(request.resource().qualified(), nameOf(request), why);
  }

  /// Several reasons at once, each said once; a single one stands without brackets.
  static ApiException forbidden(AdmissionRequest request, Collection<String> reasons) {
    List<String> distinct = reasons.stream().distinct().toList();
    return forbidden(
        request,
        distinct.size() == 1 ? distinct.getFirst() : "[" + String.join(", ", distinct) + "]");
  }

  static String nameOf(AdmissionRequest request) {
    if (!request.name().isEmpty()) {
      return request.name();
    }
    return request.object().map(Refusal::givenName).orElse("");
  }

  private static String givenName(tools.jackson.databind.JsonNode object) {
    String name = Json.text(object, "metadata", "name");
    return name.isEmpty() ? Json.text(object, "metadata", "generateName") : name;
  }
}
