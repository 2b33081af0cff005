@NullMarked
package dev.slipway.controllers.katib;

import org.jspecify.annotations.NullMarked;
