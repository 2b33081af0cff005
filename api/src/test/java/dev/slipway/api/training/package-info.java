@NullMarked
package dev.slipway.api.training;

import org.jspecify.annotations.NullMarked;
