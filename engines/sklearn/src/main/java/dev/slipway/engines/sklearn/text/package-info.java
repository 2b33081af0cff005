/// Text and records as rows of numbers: counts, tf-idf, hashing (`sklearn.feature_extraction`).
@NullMarked
package dev.slipway.engines.sklearn.text;

import org.jspecify.annotations.NullMarked;
