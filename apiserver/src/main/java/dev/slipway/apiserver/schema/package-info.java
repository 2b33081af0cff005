/// Structural schemas: types, defaults, pruning, validation, CEL.
@NullMarked
package dev.slipway.apiserver.schema;

import org.jspecify.annotations.NullMarked;
