@NullMarked
package dev.slipway.inference.codec.tfserving;

import org.jspecify.annotations.NullMarked;
