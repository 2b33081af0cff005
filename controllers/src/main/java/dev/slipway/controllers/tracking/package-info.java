/// Runs of an experiment tracker for what trains here: a job that asks for it by annotation has one
/// run, whose id its containers find in their environment, and which ends as the job does. Read
/// first: [Tracked], [RunKeeper], [RunFollower].
@NullMarked
package dev.slipway.controllers.tracking;

import org.jspecify.annotations.NullMarked;
