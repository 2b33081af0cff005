package dev.slipway.engines.sklearn.compose;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Frame;
import java.util.function.UnaryOperator;

/// An estimator with something before it.
///
/// @param first says what the whole takes
/// @param before turns the input of the whole into the input of the last
/// @param last what answers
/// @param transform what `transform` does with the input of the whole
record Chain(
    Estimator first, UnaryOperator<Frame> before, Estimator last, UnaryOperator<Frame> transform) {
  /// A chain whose `transform` is the last one's.
  static Chain of(Estimator first, UnaryOperator<Frame> before, Estimator last) {
    UnaryOperator<Frame> transform =
        last instanceof Estimator.Transformer transformer
            ? x -> transformer.transform(before.apply(x))
            : before;
    return new Chain(first, before, last, transform);
  }
}
