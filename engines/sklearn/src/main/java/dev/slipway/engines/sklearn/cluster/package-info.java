/// Clusterings and mixtures.
@NullMarked
package dev.slipway.engines.sklearn.cluster;

import org.jspecify.annotations.NullMarked;
