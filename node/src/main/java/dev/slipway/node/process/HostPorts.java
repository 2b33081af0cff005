package dev.slipway.node.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Which pod has which port of this machine: processes that are not kept apart share them all.
/// Thread-safe.
final class HostPorts {
  private static final int ATTEMPTS = 100;

  private final Map<Integer, String> owners = new ConcurrentHashMap<>();

  /// The port asked for, where nobody has it; else any free one.
  ///
  /// @param owner the pod, whose containers share its ports
  /// @throws IOException if no port is free
  int take(String owner, int wanted) throws IOException {
    if (owner.equals(owners.get(wanted))) {
      return wanted;
    }
    if (isFree(wanted) && owners.putIfAbsent(wanted, owner) == null) {
      return wanted;
    }
    for (int i = 0; i < ATTEMPTS; i++) {
      int other = any();
      if (owners.putIfAbsent(other, owner) == null) {
        return other;
      }
    }
    throw new IOException("no port is free");
  }

  private static boolean isFree(int port) {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(port));
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  private static int any() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  void release(String owner, int port) {
    owners.remove(port, owner);
  }
}
