package dev.slipway.dataplane.gateway;

import dev.slipway.dataplane.gateway.RouteTable.Mirror;
import dev.slipway.net.Endpoint;
import dev.slipway.net.Forward;
import dev.slipway.net.HeaderEdits;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A mirror made ready: sends copies of requests to an upstream, whose answers nobody sees (Gateway
/// API, HTTPRequestMirrorFilter). A copy waits for no place and wakes nobody: where nothing answers
/// now, it is dropped.
record Mirroring(Mirror mirror, LiveUpstream upstream) {
  private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
  private static final int NO_STICKINESS = 0;

  /// The mirrors whose share this request falls into; none for what is no single message.
  static List<Mirroring> chosen(Visit visit) {
    var mirrors = visit.rule().mirrors();
    if (mirrors.isEmpty() || visit.request().isWebSocket()) {
      return List.of();
    }
    return mirrors.stream().filter(Mirroring::meant).toList();
  }

  private boolean meant() {
    return ThreadLocalRandom.current().nextInt(mirror.denominator()) < mirror.numerator();
  }

  /// Any thread; returns at once.
  void send(CopiedRequest copy, Gateway gateway) {
    var place = upstream.tryEnter(NO_STICKINESS, gateway.now());
    if (place == null) {
      LOG.debug("a copy for {} was dropped: nothing answers there", mirror.upstream());
      return;
    }
    var address = place.endpoint().address();
    var handler = gateway.local().at(address);
    if (handler.isEmpty()) {
      upstream.leave(place);
      remote(copy, gateway, gateway.local().reached(address));
      return;
    }
    Thread.startVirtualThread(
        () -> {
          try {
            handler.get().handle(copy, new DroppedResponse());
          } catch (Exception failure) {
            LOG.debug("a copy for {} failed: {}", mirror.upstream(), failure.getMessage());
          } finally {
            upstream.leave(place);
          }
        });
  }

  private void remote(CopiedRequest copy, Gateway gateway, InetSocketAddress address) {
    var facts = upstream.facts();
    boolean http2 = Refusal.grpc(copy) || (facts != null && facts.protocol() == Upstream.Wire.H2C);
    boolean tls = facts != null && facts.protocol() == Upstream.Wire.HTTPS;
    var endpoint =
        tls
            ? Endpoint.tls(address, new Endpoint.Tls("", ""))
            : http2 ? Endpoint.h2c(address) : Endpoint.http1(address);
    var how =
        Forward.of(endpoint, copy)
            .withAuthority(copy.authority())
            .withEdits(copy.edits(), HeaderEdits.none());
    gateway.forwarder().copy(copy.original(), how, copy.whole());
  }
}
