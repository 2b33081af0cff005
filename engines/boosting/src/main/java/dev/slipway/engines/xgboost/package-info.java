/// Models of XGBoost 0.9 to 3.4 in its JSON, UBJSON and legacy binary forms, evaluated in float32
/// as XGBoost does; answers agree to a unit in the last place or so.
///
/// Read [dev.slipway.engines.xgboost.XgBoostReader] first, then
/// [dev.slipway.engines.xgboost.XgBoostModel]. Left out: recoding of DataFrame categories by name
/// (`cats`, written since 3.1; categories are taken as their codes), and custom objectives, which
/// a model file does not hold: such models answer by the objective the file names.
@NullMarked
package dev.slipway.engines.xgboost;

import org.jspecify.annotations.NullMarked;
