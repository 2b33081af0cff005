package dev.slipway.dataplane.gateway;

import dev.slipway.net.Response;
import java.io.ByteArrayOutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A response as an in-process endpoint sees it: its headers are edited on the way, what was sent
/// is remembered, and it can be ended from outside when its time is over.
///
/// Implementation note. `state` is a small lock that nobody waits for. The handler's thread holds
/// it (`BUSY`) while it sends; who ends the answer takes it if free (`ENDED`), and otherwise leaves
/// word (`DUE`), which the handler's thread obeys when it lets go. Until something is sent, status
/// and headers live here and belong to the handler's thread.
final class Answer implements Response {
  private static final int FREE = 0;
  private static final int BUSY = 1;
  private static final int DUE = 2;
  private static final int ENDED = 3;
  private static final int MOST_COPIED = 16 * 1024 * 1024;
  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(Answer.class, "state", int.class);
    } catch (ReflectiveOperationException problem) {
      throw new ExceptionInInitializerError(problem);
    }
  }

  /// What the answer tells on its way.
  interface Events {
    /// The head is about to be sent; headers may still be changed.
    void heading(Answer answer);

    /// The time is over: sends what the client gets, and ends.
    void expired(Response response);
  }

  private final Response to;
  private final Events events;
  private final List<String> fields = new ArrayList<>(8);
  private @Nullable ByteArrayOutputStream copy;
  private int status = 200;
  private boolean headed;
  private volatile int state;
  private long bytes; // of the handler's thread
  private volatile long firstNanos;
  private volatile long lastNanos;

  Answer(Response to, Events events) {
    this.to = to;
    this.events = events;
  }

  /// Keeps a copy of the body; before anything is sent.
  ///
  /// @param receiver gets its first 16 MB
  void copyTo(ByteArrayOutputStream receiver) {
    copy = receiver;
  }

  private void copied(ByteBuffer bytes) {
    if (copy != null && copy.size() + bytes.remaining() <= MOST_COPIED) {
      var part = new byte[bytes.remaining()];
      bytes.get(bytes.position(), part);
      copy.writeBytes(part);
    }
  }

  /// The first value of a header; empty if there is none.
  String firstHeader(String name) {
    for (int i = 0; i < fields.size(); i += 2) {
      if (fields.get(i).equalsIgnoreCase(name)) {
        return fields.get(i + 1);
      }
    }
    return "";
  }

  /// The status sent, or to be sent.
  int status() {
    return status;
  }

  /// Bytes of the body so far.
  long bytes() {
    return bytes;
  }

  /// When the head was sent; 0 if it was not.
  long firstNanos() {
    return firstNanos;
  }

  /// When something was sent last; 0 if nothing was.
  long lastNanos() {
    return lastNanos;
  }

  /// Ends it now or as soon as the handler's thread lets go, unless it has ended.
  ///
  /// @return whether it had not
  boolean expire() {
    while (true) {
      int now = state;
      if (now == FREE && STATE.compareAndSet(this, FREE, ENDED)) {
        events.expired(to);
        return true;
      }
      if (now == BUSY && STATE.compareAndSet(this, BUSY, DUE)) {
        return true;
      }
      if (now == DUE || now == ENDED) {
        return false;
      }
    }
  }

  /// Whether it was ended from outside.
  boolean ended() {
    return state >= DUE;
  }

  /// The handler is done: ends what it began.
  ///
  /// @throws ClientGoneException if it was ended from outside
  void finish() {
    if (headed) {
      end();
    }
  }

  /// Lets nobody end it from outside from here on.
  void seal() {
    var _ = STATE.compareAndSet(this, FREE, BUSY);
  }

  private void hold() {
    if (!STATE.compareAndSet(this, FREE, BUSY)) {
      throw new ClientGoneException();
    }
  }

  private void letGo() {
    if (!STATE.compareAndSet(this, BUSY, FREE)) {
      state = ENDED;
      events.expired(to);
    }
  }

  private void head() {
    lastNanos = System.nanoTime();
    if (headed) {
      return;
    }
    firstNanos = lastNanos;
    events.heading(this);
    headed = true;
    to.status(status);
    for (int i = 0; i < fields.size(); i += 2) {
      to.addHeader(fields.get(i), fields.get(i + 1));
    }
  }

  @Override
  public Response status(int code) {
    requireOpen();
    status = code;
    return this;
  }

  @Override
  public Response header(String name, String value) {
    removeHeader(name);
    return addHeader(name, value);
  }

  @Override
  public Response addHeader(String name, String value) {
    requireOpen();
    fields.add(name);
    fields.add(value);
    return this;
  }

  /// Leaves a header out.
  void removeHeader(String name) {
    requireOpen();
    for (int i = fields.size() - 2; i >= 0; i -= 2) {
      if (fields.get(i).equalsIgnoreCase(name)) {
        fields.remove(i + 1);
        fields.remove(i);
      }
    }
  }

  private void requireOpen() {
    if (headed) {
      throw new IllegalStateException("the head of this response has been sent");
    }
  }

  @Override
  public Response trailer(String name, String value) {
    hold();
    try {
      to.trailer(name, value);
    } finally {
      letGo();
    }
    return this;
  }

  @Override
  public void send(byte[] body) {
    hold();
    try {
      requireOpen();
      head();
      bytes = body.length;
      copied(ByteBuffer.wrap(body));
      to.send(body);
    } finally {
      letGo();
    }
  }

  @Override
  public void write(ByteBuffer... parts) {
    hold();
    try {
      head();
      long sum = 0;
      for (var part : parts) {
        sum += part.remaining();
        copied(part);
      }
      bytes += sum;
      to.write(parts);
      lastNanos = System.nanoTime();
    } finally {
      letGo();
    }
  }

  @Override
  public void flush() {
    hold();
    try {
      head();
      to.flush();
    } finally {
      letGo();
    }
  }

  @Override
  public void end() {
    hold();
    try {
      if (!to.committed()) {
        head();
      }
      to.end();
    } finally {
      letGo();
    }
  }

  @Override
  public boolean committed() {
    return headed || state >= DUE;
  }

  @Override
  public boolean closed() {
    return state >= DUE || to.closed();
  }

  @Override
  public void onClose(Runnable action) {
    to.onClose(action);
  }
}
