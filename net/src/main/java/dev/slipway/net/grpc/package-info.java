/// gRPC on top of `Handler`: methods by path, metadata, deadlines, streams, health and reflection.
///
/// Follows the wire protocol of grpc (doc/PROTOCOL-HTTP2.md), without generated code: messages are
/// bytes. Left out: clients, and message encodings other than gzip. Read first: `GrpcHandler`,
/// `GrpcMethod`, `GrpcCall`.
@NullMarked
package dev.slipway.net.grpc;

import org.jspecify.annotations.NullMarked;
