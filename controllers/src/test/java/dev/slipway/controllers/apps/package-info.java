/// Tests of workloads.
@NullMarked
package dev.slipway.controllers.apps;

import org.jspecify.annotations.NullMarked;
