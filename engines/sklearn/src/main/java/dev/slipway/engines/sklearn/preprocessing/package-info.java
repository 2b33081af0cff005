/// What scikit-learn does to columns before a model sees them: scaling, encoding, binning,
/// imputing, kernel maps (`sklearn.preprocessing`, `sklearn.impute`,
/// `sklearn.kernel_approximation`).
@NullMarked
package dev.slipway.engines.sklearn.preprocessing;

import org.jspecify.annotations.NullMarked;
