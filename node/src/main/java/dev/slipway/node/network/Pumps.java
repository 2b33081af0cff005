package dev.slipway.node.network;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Joins pairs of connections, so that what one side sends the other gets; an end of one direction
/// is handed on as such. Thread-safe.
final class Pumps implements AutoCloseable {
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int PATIENCE_MILLIS = 10_000;

  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

  static SocketChannel connect(InetSocketAddress to) throws IOException {
    var made = SocketChannel.open();
    try {
      made.socket().connect(to, PATIENCE_MILLIS);
      return made;
    } catch (IOException | RuntimeException problem) {
      made.close();
      throw problem instanceof IOException known ? known : new IOException(problem);
    }
  }

  /// Returns at once.
  void join(SocketChannel one, SocketChannel other) throws IOException {
    one.setOption(StandardSocketOptions.TCP_NODELAY, true);
    other.setOption(StandardSocketOptions.TCP_NODELAY, true);
    open.add(one);
    open.add(other);
    var left = new AtomicInteger(2);
    Thread.ofVirtual().name("pump").start(() -> pump(one, other, left));
    Thread.ofVirtual().name("pump").start(() -> pump(other, one, left));
  }

  private void pump(SocketChannel from, SocketChannel to, AtomicInteger left) {
    var buffer = ByteBuffer.allocate(BUFFER_BYTES);
    try {
      while (from.read(buffer.clear()) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
      }
      to.shutdownOutput();
      if (left.decrementAndGet() > 0) {
        return;
      }
    } catch (IOException _) {
      // either side is gone: so is the other
    }
    over(from);
    over(to);
  }

  private void over(SocketChannel channel) {
    open.remove(channel);
    end(channel);
  }

  /// As if nobody listened.
  static void refuse(SocketChannel client) {
    try {
      client.setOption(StandardSocketOptions.SO_LINGER, 0);
    } catch (IOException _) {
      // it is gone already
    }
    end(client);
  }

  static void end(Channel channel) {
    try {
      channel.close();
    } catch (IOException _) {
      // nothing more can be done for it
    }
  }

  @Override
  public void close() {
    open.forEach(this::over);
  }
}
