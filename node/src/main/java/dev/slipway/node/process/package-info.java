/// Runs containers as processes of this machine, plainly: no image is pulled, and nothing is kept
/// apart but what a directory of their own, variables and ports can. Read first: [ProcessPods],
/// [ProcessContainer], [Launch].
@NullMarked
package dev.slipway.node.process;

import org.jspecify.annotations.NullMarked;
