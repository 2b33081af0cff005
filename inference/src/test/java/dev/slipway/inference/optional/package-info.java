@NullMarked
package dev.slipway.inference.optional;

import org.jspecify.annotations.NullMarked;
