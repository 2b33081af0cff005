/// Estimators made of other estimators.
@NullMarked
package dev.slipway.engines.sklearn.meta;

import org.jspecify.annotations.NullMarked;
