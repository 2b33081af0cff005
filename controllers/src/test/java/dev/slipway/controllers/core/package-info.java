@NullMarked
package dev.slipway.controllers.core;

import org.jspecify.annotations.NullMarked;
