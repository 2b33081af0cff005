/// HTTP/1.1, HTTP/2 and WebSocket on one port; the only room that sees the network library.
/// `grpc` builds on it.
@NullMarked
package dev.slipway.net;

import org.jspecify.annotations.NullMarked;
