/// Defaults and rules of batch/v1: jobs and schedules.
@NullMarked
package dev.slipway.apiserver.builtin.batch;

import org.jspecify.annotations.NullMarked;
