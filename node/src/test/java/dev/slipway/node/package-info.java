@NullMarked
package dev.slipway.node;

import org.jspecify.annotations.NullMarked;
