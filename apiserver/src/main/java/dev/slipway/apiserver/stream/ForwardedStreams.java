package dev.slipway.apiserver.stream;

import dev.slipway.net.spdy.SpdySession;
import dev.slipway.net.spdy.SpdyStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Pairs the streams of a session: for each connection one for errors and then one for data, with
/// the same `requestID`. Thread-safe.
final class ForwardedStreams implements AutoCloseable {
  private final SpdySession session;
  private final PortForward.Ports pod;
  private final Map<String, SpdyStream> errors = new ConcurrentHashMap<>();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  ForwardedStreams(SpdySession session, PortForward.Ports pod) {
    this.session = session;
    this.pod = pod;
  }

  void opened(SpdyStream stream) {
    var request = stream.header("requestid");
    switch (stream.header("streamtype")) {
      case "error" -> errors.put(request, stream);
      case "data" -> Thread.ofVirtual().name("port forward").start(() -> forward(stream, request));
      default -> session.release(stream);
    }
  }

  private void forward(SpdyStream data, String request) {
    var failure = connected(data);
    var error = errors.remove(request);
    try {
      if (error != null) {
        try (var out = error.out()) {
          out.write(failure.getBytes(StandardCharsets.UTF_8));
        }
      }
      data.out().close();
    } catch (IOException _) {
      // the client is gone: nobody is left to tell
    } finally {
      session.release(data);
      if (error != null) {
        session.release(error);
      }
    }
  }

  /// @return why not; empty if all went well
  private String connected(SpdyStream data) {
    var port = data.header("port");
    try (var socket = pod.connect(Integer.parseInt(port))) {
      sockets.add(socket);
      try (var out = data.out()) {
        Pump.both(socket, data.in(), out);
      } finally {
        sockets.remove(socket);
      }
      return "";
    } catch (IOException | NumberFormatException problem) {
      return "error forwarding port " + port + ": " + problem.getMessage();
    }
  }

  @Override
  public void close() {
    for (var each : sockets) {
      Pump.close(each);
    }
  }
}
