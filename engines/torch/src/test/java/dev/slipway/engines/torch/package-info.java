@NullMarked
package dev.slipway.engines.torch;

import org.jspecify.annotations.NullMarked;
