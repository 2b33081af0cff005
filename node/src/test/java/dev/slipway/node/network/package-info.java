@NullMarked
package dev.slipway.node.network;

import org.jspecify.annotations.NullMarked;
