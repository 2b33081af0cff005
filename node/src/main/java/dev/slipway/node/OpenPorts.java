package dev.slipway.node;

import java.io.IOException;
import java.net.InetSocketAddress;
import tools.jackson.databind.JsonNode;

/// Makes what answers in this process answer at the pod's address too, and tells of ports that
/// another program has.
///
/// @param container as its pod says
record OpenPorts(PodDoors doors, JsonNode container, Teller teller) {
  /// Hears what a user should know.
  @FunctionalInterface
  interface Teller {
    void tell(String type, String reason, String message);
  }

  void open(PodRuntime.Running running) {
    for (var port : container.path("ports")) {
      int number = port.path("containerPort").asInt(0);
      running.port(number).ifPresent(answers -> open(number, answers));
    }
  }

  private void open(int number, InetSocketAddress answers) {
    try {
      var reached = doors.socket(answers);
      if (doors.displaced(answers)) {
        teller.tell("Warning", "PortUnavailable", taken(answers, reached));
      }
    } catch (IOException problem) {
      teller.tell("Warning", "PortUnavailable", "port " + number + ": " + problem.getMessage());
    }
  }

  private static String taken(InetSocketAddress wanted, InetSocketAddress reached) {
    return "port "
        + wanted.getPort()
        + " is taken by another program of this machine: who connects to "
        + words(wanted)
        + " reaches that program; this container answers at "
        + words(reached);
  }

  private static String words(InetSocketAddress address) {
    return address.getHostString() + ":" + address.getPort();
  }
}
