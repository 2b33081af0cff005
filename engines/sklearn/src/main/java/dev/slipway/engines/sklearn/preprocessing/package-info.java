/// Scalers, encoders, imputers and selectors of features.
@NullMarked
package dev.slipway.engines.sklearn.preprocessing;

import org.jspecify.annotations.NullMarked;
