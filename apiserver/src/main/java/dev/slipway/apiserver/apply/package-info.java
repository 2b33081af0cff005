/// Server-side apply: field ownership, structured merge, conflicts.
@NullMarked
package dev.slipway.apiserver.apply;

import org.jspecify.annotations.NullMarked;
