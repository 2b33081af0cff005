package dev.slipway.dataplane.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.net.Handler;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What flows both ways, to an endpoint of this process and to one elsewhere.
@Timeout(60)
final class StreamsTest {
  private static void with(boolean here, Handler handler, Scenario scenario) throws Exception {
    try (var elsewhere = Serving.elsewhere(handler);
        var serving = new Serving()) {
      var at = Serving.at(elsewhere);
      if (here) {
        serving.local.put(at.address(), handler);
      }
      serving.route("default/iris");
      serving.gateway.upstreams().put(Serving.upstream("default/iris", 0, at));
      scenario.run(serving);
    }
  }

  private interface Scenario {
    void run(Serving serving) throws Exception;
  }

  @ParameterizedTest(name = "in this process: {0}")
  @ValueSource(booleans = {true, false})
  void aWebSocketIsPassedThrough(boolean here) throws Exception {
    Handler echo =
        (request, _) -> {
          try (var socket = request.acceptWebSocket("")) {
            var message = socket.receive();
            while (message.isPresent()) {
              socket.sendText(message.get().payload());
              message = socket.receive();
            }
          }
        };
    with(here, echo, StreamsTest::talk);
  }

  private static void talk(Serving serving) throws Exception {
    var received = new LinkedBlockingQueue<String>();
    var uri = URI.create("ws://127.0.0.1:" + serving.server.port() + "/");
    try (var client = HttpClient.newHttpClient()) {
      var socket = client.newWebSocketBuilder().buildAsync(uri, new Listener(received)).join();
      socket.sendText("one", true).join();
      assertThat(received.poll(20, TimeUnit.SECONDS)).isEqualTo("one");
      socket.sendText("two", true).join();
      assertThat(received.poll(20, TimeUnit.SECONDS)).isEqualTo("two");
      socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
      client.shutdownNow();
    }
  }

  private record Listener(LinkedBlockingQueue<String> received) implements WebSocket.Listener {
    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      received.add(data.toString());
      socket.request(1);
      return CompletableFuture.completedStage(null);
    }
  }

  /// Each line is answered before the next is sent: neither side is gathered anywhere.
  @ParameterizedTest(name = "in this process: {0}")
  @ValueSource(booleans = {true, false})
  void bodiesFlowBothWaysAtOnce(boolean here) throws Exception {
    Handler echo =
        (request, response) -> {
          response.header("content-type", "text/event-stream");
          var lines =
              new BufferedReader(
                  new InputStreamReader(request.bodyStream(), StandardCharsets.UTF_8));
          for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            response.write(("data: " + line + "\n\n").getBytes(StandardCharsets.UTF_8));
            response.flush();
          }
        };
    with(here, echo, StreamsTest::converse);
  }

  private static void converse(Serving serving) throws Exception {
    try (var socket = new Socket("127.0.0.1", serving.server.port())) {
      socket.setSoTimeout(20_000);
      var out = socket.getOutputStream();
      var in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      out.write(ascii("POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n"));
      for (var word : List.of("first", "second", "third")) {
        out.write(ascii(Integer.toHexString(word.length() + 1) + "\r\n" + word + "\n\r\n"));
        out.flush();
        var line = in.readLine();
        while (!line.equals("data: " + word)) {
          line = in.readLine();
        }
      }
      out.write(ascii("0\r\n\r\n"));
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
