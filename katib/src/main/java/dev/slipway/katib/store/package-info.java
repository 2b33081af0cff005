/// Where observations are kept.
@NullMarked
package dev.slipway.katib.store;

import org.jspecify.annotations.NullMarked;
