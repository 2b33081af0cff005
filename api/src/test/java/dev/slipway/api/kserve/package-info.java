@NullMarked
package dev.slipway.api.kserve;

import org.jspecify.annotations.NullMarked;
