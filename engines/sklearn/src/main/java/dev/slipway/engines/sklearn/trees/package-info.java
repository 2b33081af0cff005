/// Decision trees and the ensembles made of them.
@NullMarked
package dev.slipway.engines.sklearn.trees;

import org.jspecify.annotations.NullMarked;
