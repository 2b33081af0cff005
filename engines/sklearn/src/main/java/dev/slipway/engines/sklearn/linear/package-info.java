/// Linear models.
@NullMarked
package dev.slipway.engines.sklearn.linear;

import org.jspecify.annotations.NullMarked;
