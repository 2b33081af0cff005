package dev.slipway.apiserver.stream;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.base.Json;
import dev.slipway.net.Request;
import dev.slipway.net.spdy.SpdySession;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;

/// Serves `pods/exec` and `pods/attach` in all their forms: channels of a WebSocket (v1, v4, v5, as
/// bytes or base64) and streams of SPDY/3.1 (v1 to v4).
///
/// Source: Kubernetes, `staging/src/k8s.io/kubelet/pkg/cri/streaming/remotecommand` and
/// `apimachinery/pkg/util/remotecommand`.
public final class RemoteCommand {
  private static final String SPDY = "SPDY/3.1";
  private static final String VERSION = "x-stream-protocol-version";
  private static final String V1_CHANNELS = "channel.k8s.io";
  private static final List<String> CHANNELS =
      List.of(
          "v5.channel.k8s.io",
          "v4.channel.k8s.io",
          "v4.base64.channel.k8s.io",
          V1_CHANNELS,
          "base64.channel.k8s.io");
  private static final List<String> STREAMS =
      List.of("v4.channel.k8s.io", "v3.channel.k8s.io", "v2.channel.k8s.io", V1_CHANNELS);

  private RemoteCommand() {}

  /// What the client asked to be connected with.
  ///
  /// @param terminal whether it wants a terminal; then errors are part of the output
  public record Wanted(boolean input, boolean output, boolean errors, boolean terminal) {
    public Wanted {
      errors = errors && !terminal;
    }
  }

  /// What runs. Its streams are read and written by one thread each.
  public interface Program {
    OutputStream input();

    InputStream output();

    InputStream errors();

    void resize(int columns, int rows);

    /// Waits for its exit code.
    int await() throws InterruptedException;

    /// The client is gone.
    void end();
  }

  /// Starts what is to run, once the client is connected.
  @FunctionalInterface
  public interface Starter {
    /// @throws IOException if it cannot be started, in words for the user
    Program start() throws IOException;
  }

  /// Serves until the program has ended or the client is gone.
  ///
  /// @param command for messages
  /// @throws ApiException if the request asks for none of these
  public static void serve(Request request, Wanted wanted, List<String> command, Starter starter)
      throws IOException, InterruptedException {
    if (!wanted.input && !wanted.output && !wanted.errors) {
      throw ApiException.badRequest("you must specify at least 1 of stdin, stdout, stderr");
    }
    var run = new CommandRun(wanted, command, starter);
    if (request.isWebSocket()) {
      var protocol = subprotocol(request.webSocketProtocols());
      new CommandChannels(request.acceptWebSocket(protocol), protocol, run).serve();
      return;
    }
    if (!request.header("upgrade").equalsIgnoreCase(SPDY)) {
      throw ApiException.badRequest("Upgrade request required");
    }
    var version = version(request.headers(VERSION));
    var tunnel = request.acceptTunnel(SPDY, Map.of("X-Stream-Protocol-Version", version));
    try (var session = new SpdySession(tunnel)) {
      new CommandStreams(session, version, run).serve();
    }
  }

  private static String subprotocol(List<String> offered) {
    if (offered.isEmpty()) {
      return "";
    }
    return CHANNELS.stream()
        .filter(offered::contains)
        .findFirst()
        .orElseThrow(
            () ->
                ApiException.badRequest(
                    "no supported subprotocol among " + offered + "; expected one of " + CHANNELS));
  }

  private static String version(List<String> headers) {
    var offered =
        headers.stream()
            .flatMap(each -> List.of(each.split(",", -1)).stream())
            .map(String::strip)
            .toList();
    if (offered.isEmpty()) {
      return V1_CHANNELS;
    }
    return STREAMS.stream()
        .filter(offered::contains)
        .findFirst()
        .orElseThrow(
            () ->
                ApiException.of(
                    403,
                    "Forbidden",
                    "no supported stream protocol among "
                        + offered
                        + "; expected one of "
                        + STREAMS,
                    Json.object()));
  }
}
