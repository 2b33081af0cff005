package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.access.UserInfo;
import dev.slipway.apiserver.admission.AdmissionRequest;
import dev.slipway.apiserver.resource.Resource;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// One verb on one resource, whoever asks: over the network or from inside the process.
///
/// @param name empty for collections
/// @param fieldManager who will own the fields written
/// @param fieldValidation `Ignore`, `Warn` or `Strict`
record Call(
    Resource resource,
    String namespace,
    String name,
    String subresource,
    UserInfo user,
    boolean dryRun,
    String fieldManager,
    String fieldValidation,
    Warnings warnings) {

  Call withName(String value) {
    return new Call(
        resource,
        namespace,
        value,
        subresource,
        user,
        dryRun,
        fieldManager,
        fieldValidation,
        warnings);
  }

  Call in(String otherNamespace, String otherName) {
    return new Call(
        resource,
        otherNamespace,
        otherName,
        subresource,
        user,
        dryRun,
        fieldManager,
        fieldValidation,
        warnings);
  }

  /// The same, kept nowhere.
  Call dry() {
    return new Call(
        resource,
        namespace,
        name,
        subresource,
        user,
        true,
        fieldManager,
        fieldValidation,
        warnings);
  }

  /// The same object, another of its subresources.
  Call on(String other) {
    return new Call(
        resource, namespace, name, other, user, dryRun, fieldManager, fieldValidation, warnings);
  }

  AdmissionRequest admission(
      AdmissionRequest.Operation operation,
      Optional<ObjectNode> object,
      Optional<ObjectNode> old,
      ObjectNode options) {
    return new AdmissionRequest(
        operation,
        resource,
        subresource,
        namespace,
        name,
        object,
        old,
        options,
        user,
        dryRun,
        warnings);
  }
}
