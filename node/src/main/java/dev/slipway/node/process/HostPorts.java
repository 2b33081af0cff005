package dev.slipway.node.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Which pod has which port of this machine: processes that are not kept apart share them all. A
/// pod that asks again is given the same one where it can be: its peers may have been told.
/// Thread-safe.
final class HostPorts {
  private static final int ATTEMPTS = 100;
  private static final int REMEMBERED = 4096;

  private final Map<Integer, String> owners = new ConcurrentHashMap<>();
  private final Map<String, Integer> given =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
              return size() > REMEMBERED;
            }
          });

  /// The port asked for, where nobody has it; else any free one.
  ///
  /// @param owner the pod, whose containers share its ports
  /// @throws IOException if no port is free
  int take(String owner, int wanted) throws IOException {
    var before = given.get(owner + ":" + wanted);
    if (before != null && holds(owner, before)) {
      return before;
    }
    return holds(owner, wanted) ? wanted : other(owner, wanted);
  }

  /// A port that stands for the one asked for, and never is that one itself: for a pod whose peers
  /// are told, before or after it has begun.
  ///
  /// @throws IOException if no port is free
  int instead(String owner, int wanted) throws IOException {
    var before = given.get(owner + ":" + wanted);
    return before != null && holds(owner, before) ? before : other(owner, wanted);
  }

  private boolean holds(String owner, int port) {
    return owner.equals(owners.get(port))
        || (isFree(port) && owners.putIfAbsent(port, owner) == null);
  }

  private int other(String owner, int wanted) throws IOException {
    for (int i = 0; i < ATTEMPTS; i++) {
      int other = any();
      if (other != wanted && owners.putIfAbsent(other, owner) == null) {
        given.put(owner + ":" + wanted, other);
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
