/// Engines that are too large to be part of the program and are fetched when a model first needs
/// them: [dev.slipway.inference.optional.OptionalEngines].
@NullMarked
package dev.slipway.inference.optional;

import org.jspecify.annotations.NullMarked;
