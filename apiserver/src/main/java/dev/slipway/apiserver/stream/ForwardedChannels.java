package dev.slipway.apiserver.stream;

import dev.slipway.net.Response;
import dev.slipway.net.WebSocket;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// One connection to each port over a WebSocket whose messages begin with the number of a channel:
/// of the n-th port, 2n carries its data and 2n+1 what went wrong. Each channel begins with the
/// port, two bytes, the lower first.
final class ForwardedChannels {
  private final WebSocket client;
  private final boolean text;
  private final List<Integer> ports;
  private final PortForward.Ports pod;
  private final AtomicInteger open;

  /// @param text channels are digits and data is base64
  ForwardedChannels(WebSocket client, boolean text, List<Integer> ports, PortForward.Ports pod) {
    this.client = client;
    this.text = text;
    this.ports = List.copyOf(ports);
    this.pod = pod;
    this.open = new AtomicInteger(ports.size());
  }

  /// Serves until the client is gone, or every port has ended.
  void run() throws InterruptedException {
    var sockets = new Socket[ports.size()];
    try {
      for (int i = 0; i < sockets.length; i++) {
        begin(i, sockets);
      }
      for (var message = client.receive(); message.isPresent(); message = client.receive()) {
        heard(message.get().payload(), sockets);
      }
    } catch (Response.ClientGoneException _) {
      // as if it had closed
    } finally {
      for (var each : sockets) {
        if (each != null) {
          Pump.close(each);
        }
      }
    }
  }

  private void begin(int number, Socket[] sockets) {
    int port = ports.get(number);
    byte[] first = {(byte) port, (byte) (port >> 8)};
    send(2 * number, first, first.length);
    send(2 * number + 1, first, first.length);
    try {
      var socket = pod.connect(port);
      sockets[number] = socket;
      Thread.ofVirtual().name("port forward").start(() -> copy(number, socket));
    } catch (IOException problem) {
      fail(number, problem);
      ended();
    }
  }

  private void copy(int number, Socket socket) {
    var buffer = new byte[32 * 1024];
    try {
      var in = socket.getInputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        send(2 * number, buffer, count);
      }
    } catch (IOException problem) {
      if (!client.closed()) {
        fail(number, problem);
      }
    } catch (Response.ClientGoneException _) {
      // the reader of its messages notices too
    }
    ended();
  }

  private void fail(int number, IOException problem) {
    var why = "error forwarding port " + ports.get(number) + ": " + problem.getMessage();
    var bytes = why.getBytes(StandardCharsets.UTF_8);
    try {
      send(2 * number + 1, bytes, bytes.length);
    } catch (Response.ClientGoneException _) {
      // nobody is left to tell
    }
  }

  private void ended() {
    if (open.decrementAndGet() == 0) {
      client.close();
    }
  }

  private synchronized void send(int channel, byte[] bytes, int length) {
    var data = Arrays.copyOf(bytes, length);
    if (text) {
      client.sendText(
          (channel + Base64.getEncoder().encodeToString(data)).getBytes(StandardCharsets.UTF_8));
    } else {
      client.sendBinary(new byte[] {(byte) channel}, data);
    }
  }

  private void heard(byte[] message, Socket[] sockets) {
    if (message.length < 2) {
      return;
    }
    int channel = text ? message[0] - '0' : message[0] & 0xff;
    var socket = channel % 2 == 0 && channel / 2 < sockets.length ? sockets[channel / 2] : null;
    if (socket == null) {
      return;
    }
    try {
      var data = Arrays.copyOfRange(message, 1, message.length);
      socket.getOutputStream().write(text ? Base64.getDecoder().decode(data) : data);
    } catch (IOException | IllegalArgumentException _) {
      Pump.close(socket);
    }
  }
}
