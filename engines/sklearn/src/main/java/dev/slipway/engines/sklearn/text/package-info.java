/// Vectorisers of text.
@NullMarked
package dev.slipway.engines.sklearn.text;

import org.jspecify.annotations.NullMarked;
