@NullMarked
package dev.slipway.controllers.kserve;

import org.jspecify.annotations.NullMarked;
