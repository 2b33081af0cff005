package dev.slipway.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.dataplane.gateway.LocalEndpoints;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

final class PodDoorsTest {
  private final LocalEndpoints endpoints = new LocalEndpoints();

  private InetSocketAddress pod(String address, int port) {
    var at = new InetSocketAddress(address, port);
    endpoints.put(at, (_, response) -> response.send(new byte[0]));
    return at;
  }

  @Test
  void aPortThatAnotherProgramHasIsNotThePodsOwn() throws IOException {
    try (var doors = new PodDoors(endpoints);
        var program = new ServerSocket(0, 1, InetAddress.ofLiteral("127.65.3.4"))) {
      var taken = pod("127.65.3.4", program.getLocalPort());
      assertThat(doors.socket(taken)).as("another door").isNotEqualTo(taken);
      assertThat(doors.displaced(taken)).isTrue();
      var free = pod("127.65.3.5", program.getLocalPort());
      assertThat(doors.socket(free)).isEqualTo(free);
      assertThat(doors.displaced(free)).isFalse();
    }
  }
}
