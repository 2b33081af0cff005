/// Pickles and joblib files as trees of values.
@NullMarked
package dev.slipway.engines.sklearn.pickle;

import org.jspecify.annotations.NullMarked;
