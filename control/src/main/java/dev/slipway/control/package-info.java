/// The loop that every kind runs in: one snapshot of an object and what belongs to it is observed,
/// a
/// plan is made by a pure function, and the difference is applied. Start reading at [Reconciler],
/// [Plan] and [Cluster].
@NullMarked
package dev.slipway.control;

import org.jspecify.annotations.NullMarked;
