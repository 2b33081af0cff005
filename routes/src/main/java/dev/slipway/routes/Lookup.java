package dev.slipway.routes;

import dev.slipway.control.Key;
import dev.slipway.control.Resource;
import java.util.Optional;

/// Reads other objects while one is compiled; what is read is compiled again when it changes.
@FunctionalInterface
interface Lookup {
  Optional<Resource> find(Key key);
}
