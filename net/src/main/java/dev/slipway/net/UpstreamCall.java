package dev.slipway.net;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// One request on a connection to an upstream. Of the event loop.
interface UpstreamCall {
  /// What comes back.
  interface Events {
    /// An informational head: 100 or 103.
    void informed(AnswerHead head);

    /// The final head.
    void began(AnswerHead head, boolean ends);

    /// A piece of the body; the receiver owns it.
    void data(ByteBuf bytes);

    /// The answer is complete, and the call over.
    void ended(@Nullable AnswerHead trailers);

    /// Nothing more for now: what has come so far should go on to the client.
    void readComplete();

    /// More of the request's body can be written again.
    void writable();

    /// The call is over without a whole answer.
    void failed(Forwarded.End how, String message);

    /// The upstream changes protocols (101): bytes follow.
    void upgraded(AnswerHead head);
  }

  /// Whether the connection had carried a request before.
  boolean reused();

  /// Writes the head.
  ///
  /// @param bodyBytes the length of the body; -1 where it is unknown, 0 for none
  /// @param whole the whole body, where it is here: it goes out with the head and is released
  void send(ForwardedHead head, long bodyBytes, @Nullable ByteBuf whole);

  /// Writes a piece of the body, which is released.
  void write(ByteBuf bytes);

  /// The body is complete.
  ///
  /// @param trailers null for none
  void end(@Nullable Fields trailers);

  /// Whether more of the body should be written now.
  boolean writable();

  /// Stops or resumes reading the answer.
  void read(boolean on);

  /// Ends the call from this side; no event follows.
  void cancel();
}
