package dev.slipway.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/// The client's side of a request that is forwarded: writes the answer straight to its channel,
/// past the outlet that handlers on threads need. Of the event loop alone.
interface Downstream {
  /// The connection, or the stream.
  Channel channel();

  /// Writes an informational head, as 100 (Continue).
  void inform(AnswerHead head);

  /// Writes the head of the answer.
  ///
  /// @param ends whether no body follows
  void begin(AnswerHead head, HeaderEdits edits, boolean ends);

  /// Writes a piece of the body, which is released.
  void write(ByteBuf bytes);

  /// Ends the answer and flushes.
  ///
  /// @param trailers null for none
  void end(@Nullable AnswerHead trailers);

  void flush();

  /// Whether more can be written without piling up.
  boolean writable();

  /// Breaks off an answer begun, so that the client cannot take it for a whole one.
  void breakOff();

  /// The client's connection ends after this answer.
  void closeAfterwards();

  /// Answers 101 (or what stands for it) and makes the rest of the connection a tunnel.
  ///
  /// @param fromClient gets the bytes of the client; what is written goes to it as it is
  void tunnel(AnswerHead head, HeaderEdits edits, BodySink fromClient);
}
