/// Tests of the rules of Trainer v2's kinds.
@NullMarked
package dev.slipway.api.trainer;

import org.jspecify.annotations.NullMarked;
