package dev.slipway.routes;

import dev.slipway.control.Key;
import dev.slipway.control.Kind;
import dev.slipway.control.Resource;
import java.util.List;
import java.util.Optional;

/// Reads other objects while one is compiled or judged; what is read is looked at again when it
/// changes.
@FunctionalInterface
interface Lookup {
  Optional<Resource> find(Key key);

  /// All objects of a kind in a namespace.
  default List<Resource> list(Kind kind, String namespace) {
    return List.of();
  }
}
