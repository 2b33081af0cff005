package dev.slipway.bench;

import dev.slipway.net.Endpoint;
import dev.slipway.net.Forward;
import dev.slipway.net.Forwarded;
import dev.slipway.net.Forwarder;
import dev.slipway.net.ForwarderSettings;
import dev.slipway.net.HeaderEdits;
import dev.slipway.net.HttpServer;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import dev.slipway.net.ServerSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/// The bare forwarder of the network room, to be compared with other proxies by `bench/proxy.py`:
/// it does what a gateway has to do for every request (a forwarding header, timeouts, a listener),
/// and nothing more.
///
/// ```text
/// bench/run NetProxy port=8090 upstream=8091 [h2]     # prints "NetProxy listens on PORT"
/// ```
///
/// `GET /counters` tells the bytes allocated and the processor time used, as in `NetEcho`.
public final class NetProxy {
  private static final Forward.Timeouts TIMEOUTS =
      new Forward.Timeouts(Duration.ofMinutes(5), Duration.ofMinutes(5), Duration.ofMinutes(1));

  private final Forwarder forwarder = new Forwarder(ForwarderSettings.standard());
  private final Endpoint endpoint;

  private NetProxy(int upstream, boolean h2) {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), upstream);
    endpoint = h2 ? Endpoint.h2c(address) : Endpoint.http1(address);
  }

  /// Runs until killed.
  ///
  /// @param args `port=`, `upstream=`, and `h2` where the upstream speaks HTTP/2
  public static void main(String[] args) throws InterruptedException {
    var proxy = new NetProxy(Options.number(args, "upstream", 0), Options.has(args, "h2"));
    var settings = ServerSettings.of("127.0.0.1", Options.number(args, "port", 0));
    try (var server =
        HttpServer.start(
            settings, proxy::onLoop, (_, response) -> response.send(ProcessCost.now().utf8()))) {
      System.out.println("NetProxy listens on " + server.port());
      new CountDownLatch(1).await();
    }
  }

  private boolean onLoop(Request request, Response response) {
    if (request.rawPath().equals("/counters")) {
      return false;
    }
    var client = request.remote().getAddress().getHostAddress();
    var how =
        Forward.of(endpoint, request)
            .withEdits(HeaderEdits.none().set("x-forwarded-for", client), HeaderEdits.none())
            .withTimeouts(TIMEOUTS);
    forwarder.forward(request, response, how, NetProxy::ended);
    return true;
  }

  private static void ended(Forwarded how) {
    if (how.end() != Forwarded.End.COMPLETE && how.end() != Forwarded.End.CLIENT_GONE) {
      var line = how.end() + ": " + how.message() + "\n";
      System.err.write(line.getBytes(StandardCharsets.UTF_8), 0, line.length());
    }
  }
}
