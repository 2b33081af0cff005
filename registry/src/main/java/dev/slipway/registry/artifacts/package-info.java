/// Files of runs and models: a tree under one directory, reached through the proxy.
@NullMarked
package dev.slipway.registry.artifacts;

import org.jspecify.annotations.NullMarked;
