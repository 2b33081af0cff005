/// Runs the pods assigned to this machine. Start reading at [PodRuntime].
@NullMarked
package dev.slipway.node;

import org.jspecify.annotations.NullMarked;
