/// For tests of reconcilers: a cluster in memory, small worlds to plan in, and the promises every
/// cluster keeps. Start reading at [World], [LoopWorld] and
/// [ClusterContract].
@NullMarked
package dev.slipway.control.fake;

import org.jspecify.annotations.NullMarked;
