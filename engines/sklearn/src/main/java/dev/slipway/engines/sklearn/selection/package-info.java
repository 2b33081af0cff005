/// Transformers that keep some columns (`sklearn.feature_selection`).
@NullMarked
package dev.slipway.engines.sklearn.selection;

import org.jspecify.annotations.NullMarked;
