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

  /// Takes what the write will use up, after all steps have let it pass and just before it is
  /// stored. The caller closes the reservation once the write has been stored or has failed, so
  /// that two writes at once never use the same room. A caller that tries a write again after a
  /// conflict closes the first reservation and takes a new one.
  ///
  /// @throws dev.slipway.apiserver.error.ApiException to refuse
  default Reservation reserve(AdmissionRequest request) {
    return Reservation.NONE;
  }
}
