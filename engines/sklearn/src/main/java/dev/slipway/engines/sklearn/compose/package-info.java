/// Estimators made of estimators: pipelines, transformers of some columns, unions
/// (`sklearn.pipeline`, `sklearn.compose`).
@NullMarked
package dev.slipway.engines.sklearn.compose;

import org.jspecify.annotations.NullMarked;
