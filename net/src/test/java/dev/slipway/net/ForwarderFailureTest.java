package dev.slipway.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Upstreams that die at every stage, clients that leave, times that run out.
@Timeout(60)
class ForwarderFailureTest {
  private static final ServerSettings CLEAR = ServerSettings.of("127.0.0.1", 0);
  private static final String GET = "GET / HTTP/1.1\r\nhost: x\r\n\r\n";
  private static final String POST = "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\n\r\nbody";

  /// An upstream that answers its connections with bytes as told, each once it has seen a request.
  private static final class Script implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    private final List<Socket> open = new ArrayList<>();

    /// @param answers to the requests of each connection; the connection is closed after the last
    Script(List<List<String>> answers) throws IOException {
      Thread.startVirtualThread(
          () -> {
            for (var each : answers) {
              try {
                var socket = listener.accept();
                open.add(socket);
                Thread.startVirtualThread(() -> serve(socket, each));
              } catch (IOException _) {
                return;
              }
            }
          });
    }

    private void serve(Socket socket, List<String> answers) {
      try (socket) {
        for (var answer : answers) {
          seen.add(request(socket.getInputStream()));
          socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
        }
        if (answers.getLast().endsWith("WAIT")) {
          seen.add("then " + socket.getInputStream().read());
        }
      } catch (IOException problem) {
        seen.add("then broken");
      }
    }

    private static String request(InputStream in) throws IOException {
      var text = new StringBuilder();
      while (!text.toString().endsWith("\r\n\r\n")) {
        int one = in.read();
        if (one < 0) {
          return text.toString();
        }
        text.append((char) one);
      }
      if (text.toString().contains("content-length: 4")) {
        text.append(new String(in.readNBytes(4), StandardCharsets.ISO_8859_1));
      }
      return text.toString();
    }

    String next() throws InterruptedException {
      return Optional.ofNullable(seen.poll(30, TimeUnit.SECONDS)).orElseThrow();
    }

    Endpoint endpoint() {
      return Endpoint.http1(Relay.local(listener.getLocalPort()));
    }

    /// Refuses connections from now on.
    void stop() throws IOException {
      listener.close();
    }

    @Override
    public void close() throws IOException {
      stop();
      for (var socket : open) {
        socket.close();
      }
    }
  }

  private static Relay relay(Endpoint endpoint, UnaryOperator<Forward> how) {
    return new Relay(CLEAR, endpoint, how);
  }

  @ParameterizedTest(name = "{0} -> {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                                                              | 502 | RESET      | before the answer
          HTTP/1.1 200 OK                                                 | 502 | RESET      | in its head
          SMTP ready~~                                                    | 502 | BAD_ANSWER | no HTTP
          HTTP/1.1 200 OK~no colon~~                                      | 502 | BAD_ANSWER | a malformed field
          HTTP/1.1 200 OK~a : b~~                                         | 502 | BAD_ANSWER | a space before the colon
          HTTP/1.1 200 OK~content-length: 1~content-length: 2~~x          | 502 | BAD_ANSWER | two lengths
          HTTP/1.1 200 OK~content-length: -1~~                            | 502 | BAD_ANSWER | a negative length
          HTTP/1.1 200 OK~transfer-encoding: gzip~~                       | 502 | BAD_ANSWER | a coding unknown
          HTTP/1.1 200 OK~content-length: 9~~part                         | 200 | BROKEN     | in a body with a length
          HTTP/1.1 200 OK~transfer-encoding: chunked~~4~part~             | 200 | BROKEN     | between chunks
          HTTP/1.1 200 OK~transfer-encoding: chunked~~zz~                 | 200 | BAD_ANSWER | a chunk without a size
          """)
  void tellsTheClientWhatItCanStillBeTold(String answer, int status, Forwarded.End end, String why)
      throws Exception {
    var bytes = answer.replace("~", "\r\n");
    try (var upstream = new Script(List.of(List.of(bytes)));
        var relay = relay(upstream.endpoint(), how -> how);
        var client = new RawClient(relay.server())) {
      client.send(POST);
      assertThat(client.readHead().status()).as(why).isEqualTo(status);
      var how = relay.next();
      assertThat(how.end()).as(why).isEqualTo(end);
      assertThat(how.message()).as(why).isNotEmpty();
      if (status == 200) {
        assertThat(client.rest()).as(why).doesNotContain("0\r\n\r\n");
      }
    }
  }

  @Test
  void saysThatNobodyListens() throws Exception {
    int port;
    try (var unused = new ServerSocket(0)) {
      port = unused.getLocalPort();
    }
    for (var endpoint :
        List.of(Endpoint.http1(Relay.local(port)), Endpoint.h2c(Relay.local(port)))) {
      try (var relay = relay(endpoint, how -> how);
          var client = new RawClient(relay.server())) {
        assertThat(client.send(POST).read().status()).isEqualTo(502);
        var how = relay.next();
        assertThat(how.end()).isEqualTo(Forwarded.End.UNREACHABLE);
        assertThat(how.end().unsent()).isTrue();
        assertThat(how.replayable()).isTrue();
        assertThat(client.send(POST).read().status()).isEqualTo(502);
      }
    }
  }

  @Test
  void repeatsWhatMayBeRepeatedOnceOnAFreshConnection() throws Exception {
    var ok = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
    try (var upstream = new Script(List.of(List.of(ok, ""), List.of(ok, ""), List.of(ok)));
        var relay = relay(upstream.endpoint(), how -> how);
        var client = new RawClient(relay.server())) {
      assertThat(client.send(GET).read().body()).isEqualTo("ok");
      assertThat(client.send(GET).read().body()).isEqualTo("ok"); // the first connection broke
      assertThat(client.send(POST).read().status()).isEqualTo(502); // upstream may have acted
      assertThat(relay.next().end()).isEqualTo(Forwarded.End.COMPLETE);
      assertThat(relay.next().end()).isEqualTo(Forwarded.End.COMPLETE);
      var how = relay.next();
      assertThat(how.end()).isEqualTo(Forwarded.End.RESET);
      assertThat(how.replayable()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4, 60_000})
  void letsItsListenerTryElsewhere(int bytes) throws Exception {
    var body = "b".repeat(bytes);
    var tries = new AtomicInteger();
    try (var broken = new Script(List.of(List.of("")));
        var upstream = HttpServer.start(CLEAR, Handlers.ECHO);
        var relay =
            new Relay(
                CLEAR,
                ForwarderSettings.standard(),
                (forwarder, request, response, ended) -> {
                  var first = Forward.of(broken.endpoint(), request);
                  forwarder.forward(
                      request,
                      response,
                      first,
                      new Forwarded.Listener() {
                        @Override
                        public boolean failed(Forwarded how, Request again, Response answer) {
                          tries.incrementAndGet();
                          assertThat(how.replayable()).isTrue();
                          var second = first.to(Relay.h1(upstream));
                          Thread.startVirtualThread(
                              () -> forwarder.forward(again, answer, second, ended::add));
                          return true;
                        }

                        @Override
                        public void ended(Forwarded how) {
                          ended.add(how);
                        }
                      });
                });
        var client = new RawClient(relay.server())) {
      for (int i = 0; i < 3; i++) {
        client.send("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: " + bytes + "\r\n\r\n" + body);
        if (i == 0) {
          assertThat(client.read().body()).isEqualTo(body);
          broken.stop();
        } else {
          assertThat(client.read().body()).isEqualTo(body); // now refused at once
        }
        assertThat(relay.next().end()).isEqualTo(Forwarded.End.COMPLETE);
      }
      assertThat(tries).hasValue(3);
    }
  }

  @ParameterizedTest
  @CsvSource({"REQUEST_TIMEOUT", "RESPONSE_START_TIMEOUT", "IDLE_TIMEOUT"})
  void answersWhenATimeIsUp(Forwarded.End end) throws Exception {
    var gone = new CountDownLatch(1);
    Handler silent =
        (_, response) -> {
          response.onClose(gone::countDown);
          gone.await();
        };
    var short_ = Duration.ofMillis(100);
    var timeouts =
        new Forward.Timeouts(
            end == Forwarded.End.REQUEST_TIMEOUT ? short_ : Duration.ZERO,
            end == Forwarded.End.RESPONSE_START_TIMEOUT ? short_ : Duration.ZERO,
            end == Forwarded.End.IDLE_TIMEOUT ? short_ : Duration.ZERO);
    try (var upstream = HttpServer.start(CLEAR, silent);
        var relay = relay(Relay.h1(upstream), how -> how.withTimeouts(timeouts));
        var client = new RawClient(relay.server())) {
      var answer = client.send(GET).read();
      assertThat(answer.status()).isEqualTo(504);
      assertThat(answer.body()).isEqualTo("request timeout\n");
      assertThat(relay.next().end()).isEqualTo(end);
      gone.await(); // upstream was told
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void hasALastWordWhenATimeIsUpWithinAStream(boolean words) throws Exception {
    Handler stalling =
        (_, response) -> {
          response.write(Handlers.utf8("begun "));
          response.flush();
          var gone = new CountDownLatch(1);
          response.onClose(gone::countDown);
          gone.await();
        };
    var timeouts = new Forward.Timeouts(Duration.ZERO, Duration.ZERO, Duration.ofMillis(100));
    try (var upstream = HttpServer.start(CLEAR, stalling);
        var relay =
            new Relay(
                CLEAR,
                ForwarderSettings.standard(),
                (forwarder, request, response, ended) ->
                    forwarder.forward(
                        request,
                        response,
                        Forward.of(Relay.h1(upstream), request).withTimeouts(timeouts),
                        new Forwarded.Listener() {
                          @Override
                          public byte[] lastWords(Forwarded how) {
                            return Handlers.utf8(words ? "request timeout" : "");
                          }

                          @Override
                          public void ended(Forwarded how) {
                            ended.add(how);
                          }
                        }));
        var client = new RawClient(relay.server())) {
      client.send(GET);
      if (words) {
        assertThat(client.read().body()).isEqualTo("begun request timeout");
        assertThat(client.ended()).isTrue();
      } else {
        assertThat(client.readHead().status()).isEqualTo(200);
        assertThat(client.rest()).isEqualTo("6\r\nbegun \r\n");
      }
      assertThat(relay.next().end()).isEqualTo(Forwarded.End.IDLE_TIMEOUT);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void tellsUpstreamThatTheClientIsGone(boolean h2) throws Exception {
    var gone = new CountDownLatch(1);
    var started = new CountDownLatch(1);
    Handler waiting =
        (_, response) -> {
          response.onClose(gone::countDown);
          started.countDown();
          gone.await();
        };
    try (var upstream = HttpServer.start(CLEAR, waiting);
        var relay = relay(h2 ? Relay.h2c(upstream) : Relay.h1(upstream), how -> how)) {
      try (var client = new RawClient(relay.server())) {
        client.send(GET);
        started.await();
      }
      gone.await();
      assertThat(relay.next().end()).isEqualTo(Forwarded.End.CLIENT_GONE);
    }
  }

  @Test
  void boundsBodies() throws Exception {
    try (var upstream = HttpServer.start(CLEAR, Handlers.ECHO);
        var relay = relay(Relay.h1(upstream), how -> how.withMaxRequestBytes(10))) {
      for (var request :
          List.of(
              "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 11\r\n\r\nelevenbytes",
              "POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nb\r\nelevenbytes\r\n")) {
        try (var client = new RawClient(relay.server())) {
          assertThat(client.send(request).read().status()).isEqualTo(413);
          assertThat(relay.next().end()).isEqualTo(Forwarded.End.TOO_LARGE);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "content-length: 5\r\ntransfer-encoding: chunked",
        "transfer-encoding: chunked\r\ncontent-length: 5",
        "content-length: 5\r\ncontent-length: 6",
        "content-length: 5, 6",
        "content-length: +5",
        "transfer-encoding: chunked, identity",
        "transfer-encoding: xchunked",
        "transfer-encoding: chunked\r\ntransfer-encoding: chunked",
        "transfer-encoding : chunked",
        "content-length : 5",
      })
  void letsNothingOfTwoLengthsThrough(String headers) throws Exception {
    try (var upstream = HttpServer.start(CLEAR, Handlers.ECHO);
        var relay = relay(Relay.h1(upstream), how -> how);
        var client = new RawClient(relay.server())) {
      client.send("POST / HTTP/1.1\r\nhost: x\r\n" + headers + "\r\n\r\n0\r\n\r\nGET /admin");
      assertThat(client.read().status()).isEqualTo(400);
      assertThat(client.ended()).isTrue();
      assertThat(upstream.counters().acceptedConnections()).isZero();
    }
  }

  @Test
  void givesNoAnswerOfOneRequestToAnother() throws Exception {
    var two =
        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
            + "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil";
    var ok = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ngood";
    try (var upstream = new Script(List.of(List.of(two, "WAIT"), List.of(ok)));
        var relay = relay(upstream.endpoint(), how -> how);
        var client = new RawClient(relay.server())) {
      client.send(GET + GET);
      assertThat(client.read().body()).isEqualTo("ok");
      assertThat(client.read().body()).isEqualTo("good");
    }
  }

  @Test
  void tunnelsWhatIsNoHttpAnyMore() throws Exception {
    var accepted =
        "HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: echo\r\n\r\nhello";
    try (var upstream = new Script(List.of(List.of(accepted, "WAIT")));
        var relay = relay(upstream.endpoint(), how -> how)) {
      try (var client = new RawClient(relay.server())) {
        client.send("GET / HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: echo\r\n\r\n");
        var head = client.readHead();
        assertThat(head.status()).isEqualTo(101);
        assertThat(head.header("upgrade")).isEqualTo("echo");
        assertThat(client.text(5)).isEqualTo("hello");
        assertThat(upstream.next()).contains("connection: upgrade", "upgrade: echo");
        client.send("raw bytes\r\n\r\n");
        assertThat(upstream.next()).isEqualTo("raw bytes\r\n\r\n");
        assertThat(client.text(4)).isEqualTo("WAIT");
      }
      assertThat(upstream.next()).isEqualTo("then -1"); // the client's end is upstream's
      assertThat(relay.next().end()).isEqualTo(Forwarded.End.COMPLETE);
    }
  }

  @Test
  void passesAnInvitationOn() throws Exception {
    try (var upstream = HttpServer.start(CLEAR, Handlers.ECHO);
        var relay = relay(Relay.h1(upstream), how -> how);
        var client = new RawClient(relay.server())) {
      client.send(
          "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\nexpect: 100-continue\r\n\r\n");
      assertThat(client.readHead().status()).isEqualTo(100);
      assertThat(client.send("body").read().body()).isEqualTo("body");
    }
  }
}
