package dev.slipway.apiserver.admission;

import dev.slipway.apiserver.admission.AdmissionRequest.Operation;
import dev.slipway.apiserver.store.Objects;
import dev.slipway.base.Json;
import tools.jackson.databind.node.ObjectNode;

/// Gives a new volume claim that names no storage class the default one. An empty name is a choice
/// and stays.
public final class DefaultStorageClass implements Admission {
  private static final String ANNOTATION = "storageclass.kubernetes.io/is-default-class";
  private static final String OLD_ANNOTATION = "storageclass.beta.kubernetes.io/is-default-class";

  private final Stored<DefaultClass> classes;

  public DefaultStorageClass(Objects objects) {
    classes =
        new Stored<>(
            objects,
            "storage.k8s.io/storageclasses",
            object -> DefaultClass.of(object, ANNOTATION, OLD_ANNOTATION));
  }

  @Override
  public void mutate(AdmissionRequest request) {
    if (!request.resource().storageKey().equals("persistentvolumeclaims")
        || request.operation() != Operation.CREATE
        || !request.subresource().isEmpty()) {
      return;
    }
    ObjectNode claim = request.object().orElseThrow();
    boolean chosen =
        Json.at(claim, "spec").has("storageClassName")
            || Json.at(claim, "metadata", "annotations")
                .has("volume.beta.kubernetes.io/storage-class");
    if (!chosen) {
      DefaultClass.newest(classes.in(""))
          .ifPresent(
              found -> Json.ensureObject(claim, "spec").put("storageClassName", found.name()));
    }
  }
}
