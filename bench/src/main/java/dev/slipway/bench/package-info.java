/// Measurements of the running program; ships in nothing.
@NullMarked
package dev.slipway.bench;

import org.jspecify.annotations.NullMarked;
