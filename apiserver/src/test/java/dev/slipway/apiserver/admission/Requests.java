package dev.slipway.apiserver.admission;

import dev.slipway.apiserver.access.UserInfo;
import dev.slipway.apiserver.admission.AdmissionRequest.Operation;
import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Admission requests for tests, and a shortened walk through a chain.
final class Requests {
  static final UserInfo ALICE = UserInfo.of("alice", UserInfo.AUTHENTICATED);

  final FakeCluster cluster;
  final Admission chain;
  final List<String> warnings = new ArrayList<>();

  Requests(FakeCluster cluster, Admission chain) {
    this.cluster = cluster;
    this.chain = chain;
  }

  AdmissionRequest create(ObjectNode object) {
    return request(Operation.CREATE, "", Optional.of(object), Optional.empty());
  }

  AdmissionRequest update(ObjectNode old, ObjectNode object) {
    return request(Operation.UPDATE, "", Optional.of(object), Optional.of(old));
  }

  AdmissionRequest delete(ObjectNode old) {
    return request(Operation.DELETE, "", Optional.empty(), Optional.of(old));
  }

  AdmissionRequest request(
      Operation operation,
      String subresource,
      Optional<ObjectNode> object,
      Optional<ObjectNode> old) {
    ObjectNode any = object.or(() -> old).orElseThrow();
    return new AdmissionRequest(
        operation,
        cluster.resourceOf(any),
        subresource,
        Json.text(any, "metadata", "namespace"),
        Json.text(any, "metadata", "name"),
        object,
        old,
        Json.object(),
        ALICE,
        false,
        warnings::add);
  }

  /// Lets a request pass through both passes; its object afterwards.
  ObjectNode admit(AdmissionRequest request) {
    chain.mutate(request);
    chain.validate(request);
    return request.object().or(request::old).orElseThrow();
  }

  /// Creates as the API would: admission, then the store, under the reservation.
  ObjectNode store(ObjectNode object) {
    AdmissionRequest request = create(object);
    admit(request);
    try (Reservation _ = chain.reserve(request)) {
      return cluster.create(request.resource().group(), request.resource().plural(), object);
    }
  }

  ObjectNode store(String manifest) {
    return store(FakeCluster.manifest(manifest));
  }
}
