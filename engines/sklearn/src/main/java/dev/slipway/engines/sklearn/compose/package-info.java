/// Pipelines, column transformers and unions.
@NullMarked
package dev.slipway.engines.sklearn.compose;

import org.jspecify.annotations.NullMarked;
