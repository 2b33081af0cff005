/// Tests of training jobs and their runtimes.
@NullMarked
package dev.slipway.controllers.trainer;

import org.jspecify.annotations.NullMarked;
