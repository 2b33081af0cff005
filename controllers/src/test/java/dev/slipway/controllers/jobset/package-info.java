/// Tests of sets of jobs.
@NullMarked
package dev.slipway.controllers.jobset;

import org.jspecify.annotations.NullMarked;
