/// What the engines of boosted trees have in common: finding the model's file, turning a request
/// into rows, answering.
@NullMarked
package dev.slipway.engines.boosting;

import org.jspecify.annotations.NullMarked;
