package dev.slipway.engines.sklearn.compose;

import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Frame;
import java.util.List;
import java.util.function.UnaryOperator;

/// An estimator with something before it.
///
/// @param features what the whole takes; -1 where it does not say
/// @param names of what the whole takes; empty where it has none
/// @param before turns the input of the whole into the input of the last
/// @param last what answers
/// @param transform what `transform` does with the input of the whole
record Chain(
    int features,
    List<String> names,
    UnaryOperator<Frame> before,
    Estimator last,
    UnaryOperator<Frame> transform) {
  Chain {
    names = List.copyOf(names);
  }

  /// A chain whose `transform` is the last one's.
  static Chain of(int features, List<String> names, UnaryOperator<Frame> before, Estimator last) {
    UnaryOperator<Frame> transform =
        last instanceof Estimator.Transformer transformer
            ? x -> transformer.transform(before.apply(x))
            : before;
    return new Chain(features, names, before, last, transform);
  }
}
