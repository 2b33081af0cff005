package dev.slipway.net;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// Takes a body as it arrives. On the event loop.
interface BodySink {
  /// Takes a piece, which it owns.
  ///
  /// @return whether the source should pause
  boolean offer(ByteBuf bytes);

  /// The body is complete.
  ///
  /// @param trailers null for none
  void finish(@Nullable Fields trailers);

  /// The source broke.
  void fail(RuntimeException cause);
}
