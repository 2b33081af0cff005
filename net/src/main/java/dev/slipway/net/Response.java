package dev.slipway.net;

import java.nio.ByteBuffer;

/// The answer to one request: head once, then the body in one piece or as a stream.
public interface Response {
  /// Sets the status code; 200 where never called.
  Response status(int code);

  /// Sets a header, replacing earlier values.
  Response header(String name, String value);

  /// Adds a value to a header.
  Response addHeader(String name, String value);

  /// Sets a field that follows the body (RFC 9110, 6.5), until the response ends. It reaches
  /// HTTP/2 clients, and HTTP/1.1 ones that sent `TE: trailers`; others never see it.
  ///
  /// @throws IllegalArgumentException if the field may not be a trailer, as `content-length`
  Response trailer(String name, String value);

  /// Sends the whole body and ends the response. The array must not change afterwards.
  void send(byte[] body);

  /// Sends part of a stream, in order; waits while the client is slow. The arrays must not change
  /// afterwards: they go to the socket without a copy.
  ///
  /// @throws ClientGoneException if the client has closed the connection or reset the stream
  default void write(byte[]... parts) {
    var buffers = new ByteBuffer[parts.length];
    for (int i = 0; i < parts.length; i++) {
      buffers[i] = ByteBuffer.wrap(parts[i]);
    }
    write(buffers);
  }

  /// As [#write(byte[]...)], of each buffer what remains in it; positions stay as they are.
  void write(ByteBuffer... parts);

  /// Pushes what was written to the socket. Writes without a flush may be gathered.
  void flush();

  /// Ends a stream.
  void end();

  /// Whether the head has been sent.
  boolean committed();

  /// Whether the client is gone.
  boolean closed();

  /// Says that the answer comes later, whether or not the handler has returned: from another
  /// thread, or from a `Forwarder`. Exactly one of them may then use the response. To be called
  /// before the handler returns, on its thread; the body can then be read no more, but forwarded.
  ///
  /// Once the client is gone (see `onClose`), no answer is needed.
  default void defer() {
    throw new UnsupportedOperationException("this response cannot be deferred");
  }

  /// Runs once when the client goes away or the response ends; at once if that has happened. Must
  /// not block.
  void onClose(Runnable action);

  /// The client closed the connection or reset the stream.
  final class ClientGoneException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ClientGoneException() {
      super("client is gone", null, false, false);
    }
  }
}
