/// Runs of jobs, with a ledger in memory.
@NullMarked
package dev.slipway.controllers.tracking;

import org.jspecify.annotations.NullMarked;
