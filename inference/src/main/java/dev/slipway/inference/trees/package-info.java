/// Decision trees in one flat form, and the walker that evaluates them: scikit-learn forests,
/// LightGBM, XGBoost and PMML models all compile into a [dev.slipway.inference.trees.Forest].
///
/// Read [dev.slipway.inference.trees.Forest] first, then
/// [dev.slipway.inference.trees.ForestBuilder] and [dev.slipway.inference.trees.TreeBuilder].
@NullMarked
package dev.slipway.inference.trees;

import org.jspecify.annotations.NullMarked;
