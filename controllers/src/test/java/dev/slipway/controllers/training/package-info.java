@NullMarked
package dev.slipway.controllers.training;

import org.jspecify.annotations.NullMarked;
