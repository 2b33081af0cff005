/// Support vector machines.
@NullMarked
package dev.slipway.engines.sklearn.svm;

import org.jspecify.annotations.NullMarked;
