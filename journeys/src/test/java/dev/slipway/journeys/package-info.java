/// The running program, driven from outside by the clients people use.
@NullMarked
package dev.slipway.journeys;

import org.jspecify.annotations.NullMarked;
