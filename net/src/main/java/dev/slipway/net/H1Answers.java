package dev.slipway.net;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads the answers of one HTTP/1 connection (RFC 9112): bytes in, heads and pieces of bodies out.
/// Bodies are passed on without a copy.
final class H1Answers {
  /// Takes what was read. Of the event loop.
  interface Sink {
    /// A head, also an informational one (status below 200), which is followed by another.
    void head(H1AnswerHead head);

    /// A piece of the body; the sink owns it.
    void data(ByteBuf bytes);

    /// The answer is complete.
    ///
    /// @param trailers null for none
    void end(@Nullable H1AnswerHead trailers);
  }

  private enum State {
    IDLE,
    HEAD,
    LENGTH,
    CHUNK_SIZE,
    CHUNK,
    CHUNK_END,
    TRAILERS,
    UNTIL_CLOSE,
    TUNNEL
  }

  private static final int STEP_BYTES = 2048;
  private static final int CHUNK_LINE_BYTES = 1024;

  private final int maxHeaderBytes;
  private final H1AnswerHead head = new H1AnswerHead();
  private final H1AnswerHead trailers = new H1AnswerHead();
  private byte[] text = new byte[STEP_BYTES];
  private int length; // of what has come of a head, a size line or trailers
  private int lineFrom;
  private State state = State.IDLE;
  private long remaining;
  private boolean toHead;

  H1Answers(int maxHeaderBytes) {
    this.maxHeaderBytes = maxHeaderBytes;
  }

  /// A request has been sent: an answer may come.
  ///
  /// @param headRequest whether the answer has no body whatever it says
  void expect(boolean headRequest) {
    toHead = headRequest;
    state = State.HEAD;
    length = 0;
    lineFrom = 0;
  }

  /// Whether no answer is under way.
  boolean idle() {
    return state == State.IDLE;
  }

  /// Whether nothing of the answer has come yet.
  boolean untouched() {
    return state == State.HEAD && length == 0;
  }

  /// Reads bytes as far as they belong to the answer; those left over belong to none.
  void read(ByteBuf in, Sink sink) throws MalformedAnswerException {
    while (in.isReadable() && step(in, sink)) {}
  }

  private boolean step(ByteBuf in, Sink sink) throws MalformedAnswerException {
    switch (state) {
      case HEAD -> readHead(in, sink);
      case LENGTH -> readLength(in, sink);
      case CHUNK_SIZE -> readSize(in);
      case CHUNK -> readChunk(in, sink);
      case CHUNK_END -> readChunkEnd(in);
      case TRAILERS -> readTrailers(in, sink);
      case UNTIL_CLOSE, TUNNEL -> sink.data(in.readRetainedSlice(in.readableBytes()));
      case IDLE -> {
        return false;
      }
    }
    return true;
  }

  private void readHead(ByteBuf in, Sink sink) throws MalformedAnswerException {
    if (!gatherBlock(in)) {
      return;
    }
    head.parse(text, length);
    length = 0;
    lineFrom = 0;
    begin(sink);
  }

  private void begin(Sink sink) {
    int status = head.status();
    if (status == 101) {
      state = State.TUNNEL;
      sink.head(head);
    } else if (status < 200) {
      sink.head(head);
    } else if (toHead || status == 204 || status == 304 || head.contentLength() == 0) {
      state = State.IDLE;
      sink.head(head);
      sink.end(null);
    } else {
      remaining = head.contentLength();
      var lengthOrClose = remaining > 0 ? State.LENGTH : State.UNTIL_CLOSE;
      state = head.chunked() ? State.CHUNK_SIZE : lengthOrClose;
      sink.head(head);
    }
  }

  /// Gathers lines in `text` until an empty one.
  ///
  /// @return whether it has come
  private boolean gatherBlock(ByteBuf in) throws MalformedAnswerException {
    int count = Math.min(in.readableBytes(), STEP_BYTES);
    int from = length;
    append(in, count);
    for (int at = from; at < length; at++) {
      if (text[at] == '\n') {
        boolean empty = at == lineFrom || (at == lineFrom + 1 && text[lineFrom] == '\r');
        if (empty && at > 1) {
          giveBack(in, at + 1);
          return true;
        }
        lineFrom = at + 1;
      }
    }
    if (length > maxHeaderBytes) {
      throw new MalformedAnswerException("a head of more than " + maxHeaderBytes + " bytes");
    }
    return false;
  }

  private void append(ByteBuf in, int count) {
    if (length + count > text.length) {
      text = Arrays.copyOf(text, Math.max(2 * text.length, length + count));
    }
    in.readBytes(text, length, count);
    length += count;
  }

  private void giveBack(ByteBuf in, int end) {
    in.readerIndex(in.readerIndex() - (length - end));
    length = end;
  }

  private void readLength(ByteBuf in, Sink sink) {
    int count = (int) Math.min(remaining, in.readableBytes());
    remaining -= count;
    boolean last = remaining == 0;
    if (last) {
      state = State.IDLE;
    }
    sink.data(in.readRetainedSlice(count));
    if (last) {
      sink.end(null);
    }
  }

  private void readSize(ByteBuf in) throws MalformedAnswerException {
    while (in.isReadable()) {
      byte c = in.readByte();
      if (c == '\n') {
        remaining = size();
        length = 0;
        state = remaining == 0 ? State.TRAILERS : State.CHUNK;
        lineFrom = 0;
        return;
      }
      if (length == CHUNK_LINE_BYTES) {
        throw new MalformedAnswerException("a chunk's size line too long");
      }
      text[length++] = c;
    }
  }

  private long size() throws MalformedAnswerException {
    long size = 0;
    int at = 0;
    for (; at < length && Character.digit(text[at], 16) >= 0; at++) {
      if (at == 15) {
        throw new MalformedAnswerException("a chunk too large");
      }
      size = 16 * size + Character.digit(text[at], 16);
    }
    if (at == 0 || !extensionFrom(at)) {
      throw new MalformedAnswerException("a chunk without a size");
    }
    return size;
  }

  private boolean extensionFrom(int at) {
    int end = length > 0 && text[length - 1] == '\r' ? length - 1 : length;
    return at == end || text[at] == ';' || text[at] == ' ' || text[at] == '\t';
  }

  private void readChunk(ByteBuf in, Sink sink) {
    int count = (int) Math.min(remaining, in.readableBytes());
    remaining -= count;
    if (remaining == 0) {
      state = State.CHUNK_END;
    }
    sink.data(in.readRetainedSlice(count));
  }

  private void readChunkEnd(ByteBuf in) throws MalformedAnswerException {
    byte c = in.readByte();
    if (c == '\n') {
      state = State.CHUNK_SIZE;
      length = 0;
    } else if (c != '\r' || length > 0) {
      throw new MalformedAnswerException("a chunk longer than its size");
    } else {
      text[length++] = c;
    }
  }

  // The empty line may come at once, so lines are gathered one at a time.
  private void readTrailers(ByteBuf in, Sink sink) throws MalformedAnswerException {
    while (in.isReadable()) {
      append(in, 1);
      if (text[length - 1] == '\n') {
        int from = lineFrom;
        lineFrom = length;
        if (length - from == 1 || (length - from == 2 && text[from] == '\r')) {
          trailers.parseTrailers(text, length);
          state = State.IDLE;
          sink.end(trailers.isEmpty() ? null : trailers);
          return;
        }
      }
      if (length > maxHeaderBytes) {
        throw new MalformedAnswerException("trailers of more than " + maxHeaderBytes + " bytes");
      }
    }
  }

  /// The connection has ended.
  ///
  /// @return whether that was the regular end of the answer
  boolean closed(Sink sink) {
    if (state != State.UNTIL_CLOSE) {
      return false;
    }
    state = State.IDLE;
    sink.end(null);
    return true;
  }
}
