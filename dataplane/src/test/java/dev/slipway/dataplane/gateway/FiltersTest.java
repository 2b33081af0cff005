package dev.slipway.dataplane.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.dataplane.gateway.RouteTable.Backend;
import dev.slipway.dataplane.gateway.RouteTable.Cors;
import dev.slipway.dataplane.gateway.RouteTable.Edits;
import dev.slipway.dataplane.gateway.RouteTable.Forwarding;
import dev.slipway.dataplane.gateway.RouteTable.Mirror;
import dev.slipway.dataplane.gateway.RouteTable.Retries;
import dev.slipway.dataplane.gateway.RouteTable.Timeouts;
import dev.slipway.net.Handler;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Retries by status, copies for mirrors, and pages of other origins, through sockets.
@Timeout(60)
final class FiltersTest {
  private static final String MAIN = "default/main";
  private static final String COPIES = "default/copies";

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Forwarding to(Retries retries, List<Mirror> mirrors, Optional<Cors> cors) {
    return new Forwarding(
        List.of(Backend.of(MAIN, 1)),
        Edits.NONE,
        Optional.empty(),
        Timeouts.NONE,
        retries,
        mirrors,
        cors);
  }

  private static void route(Serving serving, Forwarding to) {
    serving.gateway.routes(Tables.one("*", Tables.rule("all", to)));
  }

  /// Answers with these statuses in turn, the last for ever, and echoes the body.
  private static Handler turns(AtomicInteger calls, int... statuses) {
    return (request, response) -> {
      int turn = Math.min(calls.getAndIncrement(), statuses.length - 1);
      response.status(statuses[turn]).send(request.body(1 << 20));
    };
  }

  @ParameterizedTest(name = "{4}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # statuses    | attempts | answer | calls | why
          500,500,200   | 4        | 200    | 3     | good after two retries
          500,500,500   | 3        | 500    | 3     | the last answer is shown
          503,200       | 4        | 503    | 1     | a status that is not named
          200,500       | 4        | 200    | 1     | nothing to repeat
          """)
  void anAnswerOfANamedStatusIsAskedForAgain(
      String statuses, int attempts, int expected, int count, String why) {
    var calls = new AtomicInteger();
    var turns = List.of(statuses.split(",", -1)).stream().mapToInt(Integer::parseInt).toArray();
    try (var elsewhere = Serving.elsewhere(turns(calls, turns));
        var serving = new Serving()) {
      var retries = new Retries(attempts, Set.of(500), Duration.ofMillis(1), Duration.ZERO);
      route(serving, to(retries, List.of(), Optional.empty()));
      serving.gateway.upstreams().put(Serving.upstream(MAIN, 0, Serving.at(elsewhere)));
      var answer = serving.send(serving.request("/").POST(BodyPublishers.ofString("body")));
      assertThat(answer.statusCode()).as(why).isEqualTo(expected);
      assertThat(answer.body()).as("sent whole again").isEqualTo("body");
      assertThat(calls).hasValue(count);
      await().until(() -> serving.gateway.upstreams().inside(MAIN) == 0);
    }
  }

  @Test
  void anAttemptThatTakesTooLongIsMadeAgain() {
    var calls = new AtomicInteger();
    var never = new CountDownLatch(1);
    Handler slowAtFirst =
        (_, response) -> {
          if (calls.getAndIncrement() == 0) {
            never.await();
          }
          response.send(bytes("second"));
        };
    try (var elsewhere = Serving.elsewhere(slowAtFirst);
        var serving = new Serving()) {
      var retries = new Retries(3, Set.of(), Duration.ZERO, Duration.ofMillis(500));
      route(serving, to(retries, List.of(), Optional.empty()));
      serving.gateway.upstreams().put(Serving.upstream(MAIN, 0, Serving.at(elsewhere)));
      assertThat(serving.get("/").body()).isEqualTo("second");
      never.countDown();
    }
  }

  @Test
  void aMirrorGetsACopyAndIsNotWaitedFor() {
    Queue<String> seen = new ConcurrentLinkedQueue<>();
    var goOn = new CountDownLatch(1);
    Handler copies =
        (request, response) -> {
          seen.add(
              String.join(
                  " ",
                  request.method(),
                  request.rawPath() + "?" + request.rawQuery(),
                  request.header("x-a"),
                  new String(request.body(1_000), StandardCharsets.UTF_8)));
          goOn.await();
          response.status(500).send(new byte[0]);
        };
    try (var elsewhere = Serving.elsewhere((_, response) -> response.send(bytes("main")));
        var shadow = Serving.elsewhere(copies);
        var serving = new Serving()) {
      route(serving, to(Retries.SAFE, List.of(new Mirror(COPIES, 1, 1)), Optional.empty()));
      serving.gateway.upstreams().put(Serving.upstream(MAIN, 0, Serving.at(elsewhere)));
      serving.gateway.upstreams().put(Serving.upstream(COPIES, 0, Serving.at(shadow)));
      var request = serving.request("/a?b=c").header("x-a", "1");
      var answer = serving.send(request.POST(BodyPublishers.ofString("body")));
      assertThat(answer.body()).isEqualTo("main");
      await().untilAsserted(() -> assertThat(seen).containsExactly("POST /a?b=c 1 body"));
      goOn.countDown();
    }
  }

  @Test
  void mirrorsOfThisProcessGetCopiesToo() {
    Queue<String> seen = new ConcurrentLinkedQueue<>();
    Handler main = (request, response) -> response.send(request.body(1_000));
    Handler copies =
        (request, response) -> {
          seen.add(new String(request.bodyStream().readAllBytes(), StandardCharsets.UTF_8));
          response.send(new byte[0]);
        };
    try (var serving = new Serving()) {
      var one = new InetSocketAddress("127.0.0.1", 1);
      var two = new InetSocketAddress("127.0.0.1", 2);
      serving.local.put(one, main);
      serving.local.put(two, copies);
      route(
          serving,
          to(
              Retries.SAFE,
              List.of(new Mirror(COPIES, 1, 1), new Mirror("default/none", 1, 1)),
              Optional.empty()));
      serving.gateway.upstreams().put(upstream(MAIN, one));
      serving.gateway.upstreams().put(upstream(COPIES, two));
      var answer = serving.send(serving.request("/").POST(BodyPublishers.ofString("body")));
      assertThat(answer.body()).isEqualTo("body");
      await().untilAsserted(() -> assertThat(seen).containsExactly("body"));
      await().until(() -> serving.gateway.upstreams().inside(COPIES) == 0);
    }
  }

  private static Upstream upstream(String key, InetSocketAddress address) {
    return Serving.upstream(key, 0, new Upstream.Endpoint(address, "default/pod"));
  }

  @Test
  void aMirrorGetsItsShareOfTheRequests() {
    var all = new AtomicInteger();
    var none = new AtomicInteger();
    try (var elsewhere = Serving.elsewhere((_, response) -> response.send(bytes("main")));
        var often = Serving.elsewhere(turns(all, 200));
        var never = Serving.elsewhere(turns(none, 200));
        var serving = new Serving()) {
      var mirrors = List.of(new Mirror(COPIES, 1, 2), new Mirror("default/never", 0, 100));
      route(serving, to(Retries.SAFE, mirrors, Optional.empty()));
      serving.gateway.upstreams().put(Serving.upstream(MAIN, 0, Serving.at(elsewhere)));
      serving.gateway.upstreams().put(Serving.upstream(COPIES, 0, Serving.at(often)));
      serving.gateway.upstreams().put(Serving.upstream("default/never", 0, Serving.at(never)));
      for (int i = 0; i < 400; i++) {
        serving.get("/");
      }
      // 400 throws of a coin: 100 is ten deviations away
      await().until(() -> all.get() > 100);
      assertThat(all.get()).isLessThan(300);
      assertThat(none).hasValue(0);
    }
  }

  private static final Cors CORS =
      new Cors(
          List.of("https://www.foo.com", "https://*.bar.com"),
          List.of("GET", "OPTIONS"),
          List.of("x-header-1", "x-header-2"),
          List.of("x-header-3"),
          true,
          Duration.ofHours(1));

  private static final Cors ANYBODY =
      new Cors(List.of("*"), List.of("*"), List.of("*"), List.of(), false, Duration.ofSeconds(5));

  private static final Cors ANYBODY_WITH_CREDENTIALS =
      new Cors(List.of("*"), List.of("*"), List.of("*"), List.of(), true, Duration.ofSeconds(5));

  @ParameterizedTest(name = "{6}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # rule      | origin                   | allowed                  | methods      | headers                | credentials | why
          listed      | https://www.foo.com      | https://www.foo.com      | GET, OPTIONS | x-header-1, x-header-2 | true        | exactly this origin
          listed      | https://www.bar.com      | https://www.bar.com      | GET, OPTIONS | x-header-1, x-header-2 | true        | within the wildcard
          listed      | https://xpto.www.bar.com | https://xpto.www.bar.com | GET, OPTIONS | x-header-1, x-header-2 | true        | more labels
          listed      | https://bar.com          |                          |              |                        |             | a wildcard needs a label
          listed      | http://www.foo.com       |                          |              |                        |             | another scheme
          listed      | https://foobar.com       |                          |              |                        |             | another origin
          anybody     | https://a.org:12345      | *                        | PUT          | x-a                    |             | everybody
          credentials | https://a.org            | https://a.org            | PUT          | x-a                    | true        | with credentials no asterisk
          """)
  void aBrowserThatAsksIsToldWhatItMay(
      String rule,
      String origin,
      String allowed,
      String methods,
      String headers,
      String credentials,
      String why) {
    var calls = new AtomicInteger();
    var cors =
        switch (rule) {
          case "listed" -> CORS;
          case "anybody" -> ANYBODY;
          default -> ANYBODY_WITH_CREDENTIALS;
        };
    try (var elsewhere = Serving.elsewhere(turns(calls, 200));
        var serving = new Serving()) {
      route(serving, to(Retries.SAFE, List.of(), Optional.of(cors)));
      serving.gateway.upstreams().put(Serving.upstream(MAIN, 0, Serving.at(elsewhere)));
      var asks =
          serving
              .request("/")
              .method("OPTIONS", BodyPublishers.noBody())
              .header("origin", origin)
              .header("access-control-request-method", "PUT")
              .header("access-control-request-headers", "x-a");
      var told = serving.send(asks);
      assertThat(told.statusCode()).isEqualTo(204);
      assertThat(calls).as("the backend is not asked").hasValue(0);
      var said = told.headers();
      assertThat(said.firstValue("access-control-allow-origin").orElse(null))
          .as(why)
          .isEqualTo(allowed);
      assertThat(said.firstValue("access-control-allow-methods").orElse(null)).isEqualTo(methods);
      assertThat(said.firstValue("access-control-allow-headers").orElse(null)).isEqualTo(headers);
      assertThat(said.firstValue("access-control-allow-credentials").orElse(null))
          .isEqualTo(credentials);
      var called = serving.send(serving.request("/").GET().header("origin", origin));
      assertThat(called.statusCode()).isEqualTo(200);
      assertThat(called.headers().firstValue("access-control-allow-origin").orElse(null))
          .isEqualTo(allowed);
      assertThat(calls).hasValue(1);
    }
  }

  @Test
  void anOptionsRequestThatIsNoSuchQuestionGoesToTheBackend() {
    var calls = new AtomicInteger();
    try (var elsewhere = Serving.elsewhere(turns(calls, 200));
        var serving = new Serving()) {
      route(serving, to(Retries.SAFE, List.of(), Optional.of(CORS)));
      serving.gateway.upstreams().put(Serving.upstream(MAIN, 0, Serving.at(elsewhere)));
      serving.send(serving.request("/").method("OPTIONS", BodyPublishers.noBody()));
      assertThat(calls).hasValue(1);
    }
  }
}
