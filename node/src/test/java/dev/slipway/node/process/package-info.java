@NullMarked
package dev.slipway.node.process;

import org.jspecify.annotations.NullMarked;
