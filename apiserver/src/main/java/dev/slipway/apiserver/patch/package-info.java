/// JSON, merge and strategic patches.
@NullMarked
package dev.slipway.apiserver.patch;

import org.jspecify.annotations.NullMarked;
