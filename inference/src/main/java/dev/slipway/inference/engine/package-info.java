/// The door between the model server and what computes: a model format is an
/// [dev.slipway.inference.engine.Engine], a model in memory a
/// [dev.slipway.inference.engine.LoadedModel].
@NullMarked
package dev.slipway.inference.engine;

import org.jspecify.annotations.NullMarked;
