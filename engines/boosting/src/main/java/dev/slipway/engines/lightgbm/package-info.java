/// Models of LightGBM in its text form, versions 2 to 4, evaluated as LightGBM 4 does to the last
/// bit of the raw score.
///
/// Read [dev.slipway.engines.lightgbm.LightGbmReader] first, then
/// [dev.slipway.engines.lightgbm.LightGbmModel]. Left out: early stopping while predicting, and
/// values so close to zero (1e-35) that the original takes them for zero in linear leaves.
@NullMarked
package dev.slipway.engines.lightgbm;

import org.jspecify.annotations.NullMarked;
