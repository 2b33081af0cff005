/// The command line, settings and wiring.
@NullMarked
package dev.slipway.app;

import org.jspecify.annotations.NullMarked;
