package dev.slipway.registry.models;

import dev.slipway.registry.RegistryException;
import java.util.List;

/// The stages a version of a model may be in.
final class Stages {
  static final String NONE = "None";
  static final String ARCHIVED = "Archived";
  static final List<String> ACTIVE = List.of("Staging", "Production");
  static final List<String> ALL = List.of(NONE, "Staging", "Production", ARCHIVED);

  private Stages() {}

  /// The stage as it is written, whatever the case.
  static String of(String written) {
    return ALL.stream()
        .filter(each -> each.equalsIgnoreCase(written))
        .findFirst()
        .orElseThrow(
            () ->
                RegistryException.invalid(
                    "Invalid Model Version stage: "
                        + written
                        + ". Value must be one of "
                        + String.join(", ", ALL)
                        + "."));
  }
}
