@NullMarked
package dev.slipway.node.environment;

import org.jspecify.annotations.NullMarked;
