package dev.slipway.apiserver.stream;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.base.Json;
import dev.slipway.net.Request;
import dev.slipway.net.Tunnel;
import dev.slipway.net.spdy.SpdySession;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Serves `pods/portforward` in all its forms: SPDY/3.1 by upgrade, SPDY/3.1 within a WebSocket,
/// and numbered channels within a WebSocket.
///
/// Source: Kubernetes, `pkg/kubelet/cri/streaming/portforward` and KEP-4006.
public final class PortForward {
  private static final String PROTOCOL = "portforward.k8s.io";
  private static final String SPDY = "SPDY/3.1";
  private static final String TUNNELED = SPDY + "+" + PROTOCOL;
  private static final String CHANNELS = "v4.channel.k8s.io";
  private static final String TEXT_CHANNELS = "v4.base64.channel.k8s.io";
  private static final String VERSION = "x-stream-protocol-version";

  private PortForward() {}

  /// Reaches a pod.
  @FunctionalInterface
  public interface Ports {
    /// @throws IOException if nothing listens there, in words for the user
    Socket connect(int port) throws IOException;
  }

  /// Serves until the client is gone.
  ///
  /// @param ports numbers the request names by `ports`; used by channels alone
  /// @throws ApiException if the request asks for none of these
  public static void serve(Request request, List<String> ports, Ports pod)
      throws IOException, InterruptedException {
    if (request.isWebSocket()) {
      webSocket(request, ports, pod);
      return;
    }
    if (!request.header("upgrade").equalsIgnoreCase(SPDY)) {
      throw ApiException.badRequest("Upgrade request required");
    }
    var offered = request.headers(VERSION);
    if (!offered.isEmpty() && offered.stream().noneMatch(each -> each.contains(PROTOCOL))) {
      throw ApiException.of(
          403,
          "Forbidden",
          "no supported stream protocol: " + offered + "; expected " + PROTOCOL,
          Json.object());
    }
    spdy(request.acceptTunnel(SPDY, Map.of("X-Stream-Protocol-Version", PROTOCOL)), pod);
  }

  private static void webSocket(Request request, List<String> ports, Ports pod)
      throws IOException, InterruptedException {
    var offered = request.webSocketProtocols();
    if (offered.contains(TUNNELED)) {
      spdy(Tunnel.over(request.acceptWebSocket(TUNNELED)), pod);
      return;
    }
    var numbers = numbers(ports);
    for (var each : List.of(CHANNELS, TEXT_CHANNELS)) {
      if (offered.contains(each)) {
        var socket = request.acceptWebSocket(each);
        new ForwardedChannels(socket, each.equals(TEXT_CHANNELS), numbers, pod).run();
        return;
      }
    }
    if (!offered.isEmpty()) {
      throw ApiException.badRequest(
          "no supported subprotocol among "
              + offered
              + "; expected one of "
              + List.of(TUNNELED, CHANNELS, TEXT_CHANNELS));
    }
    new ForwardedChannels(request.acceptWebSocket(""), false, numbers, pod).run();
  }

  private static void spdy(Tunnel tunnel, Ports pod) throws IOException, InterruptedException {
    try (var session = new SpdySession(tunnel);
        var streams = new ForwardedStreams(session, pod)) {
      session.run(streams::opened);
    }
  }

  /// @param ports each may hold several, with commas
  private static List<Integer> numbers(List<String> ports) {
    var found = new ArrayList<Integer>();
    for (var each : ports.stream().flatMap(one -> List.of(one.split(",", -1)).stream()).toList()) {
      if (!each.matches("\\d{1,5}") || number(each) < 1 || number(each) > 0xffff) {
        throw ApiException.badRequest("unable to parse \"" + each + "\" as a port");
      }
      found.add(number(each));
    }
    if (found.isEmpty()) {
      throw ApiException.badRequest("query parameter \"ports\" is required");
    }
    return found;
  }

  private static int number(String text) {
    return Integer.parseInt(text);
  }
}
