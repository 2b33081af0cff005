package dev.slipway.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Carries messages from a handler's thread to its channel, in order, and makes the handler wait
/// while the client is slow.
///
/// Implementation note. `waiting` gathers messages until `HANDOVER_BYTES`, a flush or an end; one
/// task on the event loop then writes and flushes them together. `unsentBytes` counts from `put`
/// until the socket took the bytes, so heap and direct memory held for one client stay below
/// `HIGH_BYTES` and one piece. Everything is guarded by `lock`. A `Runnable` among the messages
/// runs on the event loop in its turn.
final class Outlet implements Runnable {
  /// A message that is made when its turn comes, on the event loop.
  interface Late {
    Object render(ByteBufAllocator allocator);
  }

  /// A message and what is to happen on the event loop once the socket has taken it.
  record Then(Object message, Runnable action) {}

  /// A writer waits above this.
  static final int HIGH_BYTES = 256 * 1024;

  /// Arrays are cut into pieces of this size, the most that is copied for the socket at once.
  static final int PIECE_BYTES = 64 * 1024;

  private static final int HANDOVER_BYTES = 32 * 1024;

  private final Channel channel;
  private final Duration patience;
  private final @Nullable ChannelPromise unheard;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();

  private List<Object> waiting = new ArrayList<>(4);
  private List<Object> written = new ArrayList<>();
  private int waitingBytes;
  private long unsentBytes;
  private boolean scheduled;
  private boolean gone;

  /// @param patience a client that takes nothing for so long is cut off
  Outlet(Channel channel, Duration patience) {
    this(channel, patience, null);
  }

  private Outlet(Channel channel, Duration patience, @Nullable ChannelPromise unheard) {
    this.channel = channel;
    this.patience = patience;
    this.unheard = unheard;
  }

  /// For a channel whose failures are heard as exceptions of its pipeline, so that a write needs
  /// no promise of its own.
  static Outlet ofConnection(Channel channel, Duration patience) {
    return new Outlet(channel, patience, channel.voidPromise());
  }

  /// Queues a message; waits while too much is unsent.
  ///
  /// @throws Response.ClientGoneException if the client is gone; the message is then released
  void put(Object message, int bytes) {
    lock.lock();
    try {
      if (unsentBytes >= HIGH_BYTES && !channel.eventLoop().inEventLoop()) {
        handOver();
        awaitRoom();
      }
      if (gone) {
        ReferenceCountUtil.release(message);
        throw new Response.ClientGoneException();
      }
      waiting.add(message);
      waitingBytes += bytes;
      unsentBytes += bytes;
      if (waitingBytes >= HANDOVER_BYTES) {
        handOver();
      }
    } finally {
      lock.unlock();
    }
  }

  /// Queues what remains in a buffer piece by piece, without copying it.
  void putPieces(ByteBuffer bytes, Function<ByteBuf, Object> wrap) {
    for (int at = bytes.position(); at < bytes.limit(); at += PIECE_BYTES) {
      int length = Math.min(PIECE_BYTES, bytes.limit() - at);
      put(wrap.apply(Unpooled.wrappedBuffer(bytes.slice(at, length))), length);
    }
  }

  /// Queues the last messages of an answer and hands over; never waits and never throws.
  void last(Object... messages) {
    lock.lock();
    try {
      for (var message : messages) {
        if (gone) {
          release(message);
        } else {
          waiting.add(message);
        }
      }
      if (!gone) {
        handOver();
      }
    } finally {
      lock.unlock();
    }
  }

  void flush() {
    lock.lock();
    try {
      handOver();
    } finally {
      lock.unlock();
    }
  }

  boolean gone() {
    lock.lock();
    try {
      return gone;
    } finally {
      lock.unlock();
    }
  }

  /// The client is gone: wakes the writer and drops what waits.
  void close() {
    lock.lock();
    try {
      gone = true;
      waiting.forEach(Outlet::release);
      waiting.clear();
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private static void release(Object message) {
    ReferenceCountUtil.release(message instanceof Then(var last, _) ? last : message);
  }

  private void handOver() {
    if (!scheduled && !waiting.isEmpty()) {
      scheduled = true;
      channel.eventLoop().execute(this);
    }
  }

  private void awaitRoom() {
    long nanos = patience.toNanos();
    try {
      while (unsentBytes >= HIGH_BYTES && !gone) {
        if (nanos <= 0) {
          gone = true;
          var _ = channel.close();
          return;
        }
        nanos = room.awaitNanos(nanos);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      gone = true;
      var _ = channel.close();
    }
  }

  /// Writes what waits; on the event loop.
  @Override
  public void run() {
    List<Object> batch;
    int bytes;
    lock.lock();
    try {
      batch = waiting;
      waiting = written;
      written = batch;
      bytes = waitingBytes;
      waitingBytes = 0;
      scheduled = false;
    } finally {
      lock.unlock();
    }
    write(batch, bytes);
    batch.clear();
    channel.flush();
  }

  private void write(List<Object> batch, int bytes) {
    int lastMessage = bytes == 0 ? -1 : lastMessageOf(batch);
    for (int i = 0; i < batch.size(); i++) {
      var message = batch.get(i);
      if (message instanceof Runnable task) {
        task.run();
        continue;
      }
      if (message instanceof Then(var last, var action)) {
        channel.write(last).addListener(_ -> action.run());
        continue;
      }
      var ready = message instanceof Late late ? late.render(channel.alloc()) : message;
      if (i == lastMessage) {
        channel.write(ready).addListener(_ -> sent(bytes));
      } else {
        var _ = channel.write(ready, unheard == null ? channel.newPromise() : unheard);
      }
    }
  }

  private static int lastMessageOf(List<Object> batch) {
    int last = batch.size() - 1;
    while (last >= 0 && (batch.get(last) instanceof Runnable || batch.get(last) instanceof Then)) {
      last--;
    }
    return last;
  }

  private void sent(int bytes) {
    lock.lock();
    try {
      unsentBytes -= bytes;
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
