/// The model server: one port, every protocol. Read [dev.slipway.dataplane.server.ModelServer]
/// first;
/// a protocol is a [dev.slipway.dataplane.server.Protocol] in a package of its own.
@NullMarked
package dev.slipway.dataplane.server;

import org.jspecify.annotations.NullMarked;
