/// Core controllers that need no pods: namespaces, garbage collection, tokens.
@NullMarked
package dev.slipway.apiserver.loops;

import org.jspecify.annotations.NullMarked;
