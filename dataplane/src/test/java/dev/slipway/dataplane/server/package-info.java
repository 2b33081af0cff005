/// The model server asked over real sockets.
@NullMarked
package dev.slipway.dataplane.server;

import org.jspecify.annotations.NullMarked;
