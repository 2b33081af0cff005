package dev.slipway.journeys;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Many GETs under way at once, over few connections: HTTP/2 frames by hand (RFC 9113), header
/// fields without compression (RFC 7541, 6.2.2), and answers known by their bodies.
final class H2Flood implements Closeable {
  private static final int STREAMS = 200;
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int SETTINGS = 4;
  private static final int ACK = 1;
  private static final int END_STREAM = 1;
  private static final int END_STREAM_AND_HEADERS = 5;

  private final Door door;
  private final byte[] head;
  private final List<Socket> sockets = new ArrayList<>();
  private final Map<String, AtomicInteger> bodies = new ConcurrentHashMap<>();
  private final AtomicInteger answered = new AtomicInteger();
  private int sent;

  /// Opens a connection.
  interface Door {
    Socket open() throws IOException;
  }

  private H2Flood(Door door, byte[] head) {
    this.door = door;
    this.head = head;
  }

  static H2Flood to(InetSocketAddress address, String host, String path) {
    return of(() -> new Socket(address.getAddress(), address.getPort()), 0x86, host, path);
  }

  /// @param door opens connections that have agreed on HTTP/2
  static H2Flood overTls(Door door, String host, String path) {
    return of(door, 0x87, host, path);
  }

  /// @param scheme the index of its field (RFC 7541, appendix A)
  private static H2Flood of(Door door, int scheme, String host, String path) {
    var head = new ByteArrayOutputStream();
    head.write(0x82); // :method GET
    head.write(scheme);
    text(head, 4, path);
    text(head, 1, host);
    return new H2Flood(door, head.toByteArray());
  }

  /// A field by the index of its name, not to be remembered.
  private static void text(ByteArrayOutputStream out, int name, String value) {
    out.write(name);
    out.write(value.length());
    out.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
  }

  /// Sends so many more, each connection's in one write.
  void send(int requests) throws IOException {
    for (int left = requests; left > 0; left -= STREAMS) {
      var frames = new ByteArrayOutputStream();
      frames.writeBytes(PREFACE);
      frames.writeBytes(frame(SETTINGS, 0, 0, new byte[0]));
      for (int i = 0; i < Math.min(left, STREAMS); i++) {
        frames.writeBytes(frame(HEADERS, END_STREAM_AND_HEADERS, 2 * i + 1, head));
      }
      var socket = door.open();
      sockets.add(socket);
      Thread.startVirtualThread(() -> read(socket));
      socket.getOutputStream().write(frames.toByteArray());
      sent += Math.min(left, STREAMS);
    }
  }

  private static byte[] frame(int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .putInt(payload.length << 8 | type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  private void read(Socket socket) {
    try {
      var in = new DataInputStream(socket.getInputStream());
      while (true) {
        int first = in.readInt();
        int flags = in.readUnsignedByte();
        in.readInt();
        var payload = new byte[first >>> 8];
        in.readFully(payload);
        int type = first & 0xff;
        if (type == SETTINGS && (flags & ACK) == 0) {
          synchronized (socket) {
            socket.getOutputStream().write(frame(SETTINGS, ACK, 0, new byte[0]));
          }
        }
        boolean body = type == DATA && payload.length > 0;
        if (body) {
          bodies
              .computeIfAbsent(
                  new String(payload, StandardCharsets.UTF_8), _ -> new AtomicInteger())
              .incrementAndGet();
        }
        if ((type == DATA || type == HEADERS) && (flags & END_STREAM) != 0) {
          answered.incrementAndGet();
        }
      }
    } catch (EOFException _) {
      // the other side is done
    } catch (IOException _) {
      // closed here
    }
  }

  int sent() {
    return sent;
  }

  /// Answers that are complete.
  int answered() {
    return answered.get();
  }

  /// Answers with this body.
  int count(String body) {
    var count = bodies.get(body);
    return count == null ? 0 : count.get();
  }

  @Override
  public void close() throws IOException {
    for (var socket : sockets) {
      socket.close();
    }
  }
}
