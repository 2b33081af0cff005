@NullMarked
package dev.slipway.dataplane.graph;

import org.jspecify.annotations.NullMarked;
