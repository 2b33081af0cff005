package dev.slipway.apiserver.admission;

/// One step of the admission chain. First all steps may change the object, then all may refuse it.
public interface Admission {
  /// May change `request.object()`; may refuse.
  ///
  /// @throws dev.slipway.apiserver.error.ApiException to refuse
  default void mutate(AdmissionRequest request) {}

  /// May refuse. Runs after defaults and validation of the changed object.
  ///
  /// @throws dev.slipway.apiserver.error.ApiException to refuse
  default void validate(AdmissionRequest request) {}
}
