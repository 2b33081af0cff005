/// Tests of Jobs and CronJobs.
@NullMarked
package dev.slipway.controllers.batch;

import org.jspecify.annotations.NullMarked;
