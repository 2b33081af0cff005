/// scikit-learn models, read from their pickles as data and evaluated here; nothing in a file is
/// ever
/// executed. Read [dev.slipway.engines.sklearn.Estimator] first.
@NullMarked
package dev.slipway.engines.sklearn;

import org.jspecify.annotations.NullMarked;
