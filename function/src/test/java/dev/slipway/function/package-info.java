@NullMarked
package dev.slipway.function;

import org.jspecify.annotations.NullMarked;
