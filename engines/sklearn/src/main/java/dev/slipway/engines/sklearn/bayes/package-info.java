/// Naive Bayes and discriminant analysis.
@NullMarked
package dev.slipway.engines.sklearn.bayes;

import org.jspecify.annotations.NullMarked;
