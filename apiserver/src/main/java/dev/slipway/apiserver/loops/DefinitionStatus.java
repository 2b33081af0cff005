package dev.slipway.apiserver.loops;

import java.time.Instant;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// Says which names a CustomResourceDefinition is granted and whether its resource is served.
@FunctionalInterface
public interface DefinitionStatus {
  /// The whole status a definition should have; equal to the present one where all is well. Pure.
  ///
  /// @param definition not changed
  /// @param all every definition
  /// @param now time of a transition, where there is one
  ObjectNode of(ObjectNode definition, List<ObjectNode> all, Instant now);
}
