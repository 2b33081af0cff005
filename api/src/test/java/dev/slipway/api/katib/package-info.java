@NullMarked
package dev.slipway.api.katib;

import org.jspecify.annotations.NullMarked;
