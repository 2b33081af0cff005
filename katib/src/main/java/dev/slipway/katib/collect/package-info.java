/// Follows the pods of trials while they run, and keeps what they report.
@NullMarked
package dev.slipway.katib.collect;

import org.jspecify.annotations.NullMarked;
