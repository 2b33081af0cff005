package dev.slipway.registry.access;

import dev.slipway.registry.rest.Arguments;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.node.StringNode;

/// What someone may do with an experiment or a registered model; each permits what those before it
/// do.
public enum Permission {
  NO_PERMISSIONS,
  READ,
  EDIT,
  MANAGE;

  static Permission of(String written) {
    List<String> names = Stream.of(values()).map(Permission::name).toList();
    if (!names.contains(written)) {
      throw Arguments.invalidValue(
          "permission", StringNode.valueOf(written), "Valid permissions are: " + names);
    }
    return valueOf(written);
  }

  boolean permits(Permission needed) {
    return compareTo(needed) >= 0;
  }
}
