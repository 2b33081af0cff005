/// Refusals: one exception, one `Status` body.
@NullMarked
package dev.slipway.apiserver.error;

import org.jspecify.annotations.NullMarked;
