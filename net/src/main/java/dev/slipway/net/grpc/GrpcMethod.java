package dev.slipway.net.grpc;

import java.nio.ByteBuffer;
import java.util.List;

/// What answers calls of one method. Called on a virtual thread of its own: blocking is fine.
///
/// A method ends its call by returning (status OK) or by throwing: a `GrpcException` becomes its
/// status, any other exception UNKNOWN. Messages are serialized; a method that cannot read one
/// throws INVALID_ARGUMENT or INTERNAL itself.
public sealed interface GrpcMethod {
  /// One message in, one out.
  @FunctionalInterface
  non-sealed interface Unary extends GrpcMethod {
    /// @return the answer; must not change afterwards, as it goes to the socket without a copy
    byte[] answer(byte[] message, GrpcCall call) throws Exception;
  }

  /// One message in, one out that lies in several buffers, of each what remains in it.
  @FunctionalInterface
  non-sealed interface UnaryPieces extends GrpcMethod {
    /// @return the answer, in order; must not change afterwards, as it goes to the socket without a
    ///     copy
    List<ByteBuffer> answer(byte[] message, GrpcCall call) throws Exception;
  }

  /// One message in, any number out.
  @FunctionalInterface
  non-sealed interface ServerStreaming extends GrpcMethod {
    void answer(byte[] message, GrpcWriter out, GrpcCall call) throws Exception;
  }

  /// Any number of messages in and out, in any order: client streaming and bidirectional methods.
  @FunctionalInterface
  non-sealed interface Streaming extends GrpcMethod {
    void answer(GrpcReader in, GrpcWriter out, GrpcCall call) throws Exception;
  }
}
