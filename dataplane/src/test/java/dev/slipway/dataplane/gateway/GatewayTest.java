package dev.slipway.dataplane.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.autoscaling.LoadKey;
import dev.slipway.autoscaling.LoadMeters;
import dev.slipway.dataplane.gateway.RouteTable.Backend;
import dev.slipway.dataplane.gateway.RouteTable.Direct;
import dev.slipway.dataplane.gateway.RouteTable.Edits;
import dev.slipway.dataplane.gateway.RouteTable.Forwarding;
import dev.slipway.dataplane.gateway.RouteTable.HeaderEdits;
import dev.slipway.dataplane.gateway.RouteTable.PathEdit;
import dev.slipway.dataplane.gateway.RouteTable.PathMatch;
import dev.slipway.dataplane.gateway.RouteTable.PayloadLog;
import dev.slipway.dataplane.gateway.RouteTable.Policy;
import dev.slipway.dataplane.gateway.RouteTable.Rate;
import dev.slipway.dataplane.gateway.RouteTable.Redirect;
import dev.slipway.dataplane.gateway.RouteTable.Retries;
import dev.slipway.dataplane.gateway.RouteTable.Stickiness;
import dev.slipway.dataplane.gateway.RouteTable.Timeouts;
import dev.slipway.dataplane.gateway.RouteTable.VirtualHost;
import dev.slipway.net.Forwarder;
import dev.slipway.net.ForwarderSettings;
import dev.slipway.net.Handler;
import dev.slipway.net.Response;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class GatewayTest {
  private static final String HOST = "iris.default.localhost";

  private final LocalEndpoints local = new LocalEndpoints();
  private final AtomicLong clock = new AtomicLong(1);
  private final List<String> wanted = new CopyOnWriteArrayList<>();
  private final LoadMeters meters = new LoadMeters();
  private final Gateway gateway =
      new Gateway(
          GatewaySettings.standard(),
          new GatewayDoors(
              local,
              new Forwarder(ForwarderSettings.standard()),
              meters,
              wanted::add,
              (_, response) -> response.status(404).send(new byte[0])),
          clock::get);

  private static Handler says(String text) {
    return (_, response) -> response.send(text.getBytes(StandardCharsets.UTF_8));
  }

  private FakeResponse call(FakeRequest request) {
    var response = new FakeResponse();
    Thread.startVirtualThread(
        () -> {
          try {
            gateway.handle(request, response);
          } catch (Response.ClientGoneException _) {
            // as the server does
          } catch (Exception problem) {
            response.status(599).send(problem.toString().getBytes(StandardCharsets.UTF_8));
          }
        });
    return response;
  }

  private FakeResponse get() {
    return call(FakeRequest.get(HOST, "/"));
  }

  private FakeResponse answered(FakeRequest request) {
    var response = call(request);
    response.over().join();
    return response;
  }

  private void wholeTimeout(Duration whole) {
    var timeouts = new Timeouts(whole, Duration.ZERO, Duration.ZERO, Duration.ZERO);
    gateway.routes(Tables.one(HOST, Tables.rule("iris", Tables.to("default/iris", timeouts))));
  }

  private void pass(Duration time) {
    clock.addAndGet(time.toNanos());
    gateway.sweep();
  }

  private void route() {
    wholeTimeout(Duration.ZERO);
  }

  @Test
  void anEndpointOfThisProcessAnswers() {
    local.put(Tables.address(1), says("here"));
    route();
    gateway.upstreams().put(Tables.upstream("default/iris", 0, true, 1));
    assertThat(answered(FakeRequest.get(HOST, "/")).text()).isEqualTo("here");
  }

  @Test
  void whatNoRuleTakesGoesToTheFallback() {
    route();
    assertThat(answered(FakeRequest.get("other", "/")).status()).isEqualTo(404);
  }

  @Test
  void requestsAreHeldUntilAnEndpointComesAndThenAnsweredInOrder() {
    var order = new CopyOnWriteArrayList<String>();
    local.put(
        Tables.address(1),
        (request, response) -> {
          order.add(request.rawPath());
          response.send(new byte[0]);
        });
    route();
    gateway.upstreams().put(Tables.upstream("default/iris", 1, true));
    var answers = new ArrayList<FakeResponse>();
    for (int i = 0; i < 20; i++) {
      answers.add(call(FakeRequest.get(HOST, "/" + i)));
      int expected = i + 1;
      await().until(() -> gateway.upstreams().held("default/iris") == expected);
    }
    assertThat(wanted).contains("default/iris");
    gateway.upstreams().put(Tables.upstream("default/iris", 1, true, 1));
    answers.forEach(answer -> answer.over().join());
    assertThat(answers).allMatch(answer -> answer.status() == 200);
    assertThat(order).isEqualTo(answers.stream().map(each -> "/" + answers.indexOf(each)).toList());
  }

  @Test
  void anUnknownUpstreamIsNamed() {
    route();
    var answer = answered(FakeRequest.get(HOST, "/"));
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.text()).contains("default/iris");
  }

  @Test
  void anUpstreamThatDoesNotWakeRefuses() {
    route();
    gateway.upstreams().put(Tables.upstream("default/iris", 0, false));
    var answer = answered(FakeRequest.get(HOST, "/"));
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.text()).isEqualTo("{\"error\":\"no endpoint of default/iris is ready\"}");
    assertThat(wanted).isEmpty();
  }

  @Test
  void aGrpcClientGetsAStatusItUnderstands() {
    route();
    var answer =
        answered(
            FakeRequest.post(HOST, "/pkg.Service/Call", new byte[0])
                .with("content-type", "application/grpc"));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.values("grpc-status")).containsExactly("14");
  }

  @Test
  void aHeldRequestGivesUpWhenItsTimeIsOver() {
    wholeTimeout(Duration.ofSeconds(10));
    gateway.upstreams().put(Tables.upstream("default/iris", 0, true));
    var answer = get();
    await().until(() -> gateway.upstreams().held("default/iris") == 1);
    pass(Duration.ofSeconds(9));
    assertThat(answer.committed()).isFalse();
    pass(Duration.ofSeconds(1));
    answer.over().join();
    assertThat(answer.status()).isEqualTo(504);
    assertThat(answer.text()).isEqualTo("request timeout");
    assertThat(gateway.upstreams().held("default/iris")).isZero();
  }

  @Test
  void aClientThatLeavesNoLongerStandsInLine() {
    route();
    gateway.upstreams().put(Tables.upstream("default/iris", 0, true));
    var answer = get();
    await().until(() -> gateway.upstreams().held("default/iris") == 1);
    answer.leave();
    await().until(() -> gateway.upstreams().held("default/iris") == 0);
  }

  @Test
  void anAnswerThatTakesTooLongIsReplacedByTheTimeout() throws Exception {
    var entered = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    local.put(
        Tables.address(1),
        (_, response) -> {
          entered.countDown();
          goOn.await();
          response.send("late".getBytes(StandardCharsets.UTF_8));
        });
    wholeTimeout(Duration.ofSeconds(1));
    gateway.upstreams().put(Tables.upstream("default/iris", 0, true, 1));
    var answer = get();
    entered.await();
    pass(Duration.ofSeconds(1));
    answer.over().join();
    goOn.countDown();
    assertThat(answer.status()).isEqualTo(504);
    assertThat(answer.text()).isEqualTo("request timeout");
  }

  @Test
  void afterBytesWereSentTheTimeoutsTextFollowsThem() throws Exception {
    var entered = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    local.put(
        Tables.address(1),
        (_, response) -> {
          response.write("begun ".getBytes(StandardCharsets.UTF_8));
          entered.countDown();
          goOn.await();
        });
    wholeTimeout(Duration.ofSeconds(1));
    gateway.upstreams().put(Tables.upstream("default/iris", 0, true, 1));
    var answer = get();
    entered.await();
    pass(Duration.ofSeconds(1));
    answer.over().join();
    goOn.countDown();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("begun request timeout");
  }

  @Test
  void elevenTimesTheConcurrencyIsTaken() {
    var goOn = new CountDownLatch(1);
    local.put(
        Tables.address(1),
        (_, response) -> {
          goOn.await();
          response.send(new byte[0]);
        });
    route();
    gateway.upstreams().put(Tables.upstream("default/iris", 2, true, 1));
    var taken = new ArrayList<FakeResponse>();
    for (int i = 0; i < 22; i++) {
      taken.add(get());
      int expected = Math.max(0, i - 1);
      await().until(() -> gateway.upstreams().held("default/iris") == expected);
      if (i < 2) {
        await().until(() -> gateway.upstreams().inside("default/iris") == taken.size());
      }
    }
    var refused = answered(FakeRequest.get(HOST, "/"));
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.text()).isEqualTo("pending request queue full");
    goOn.countDown();
    taken.forEach(answer -> answer.over().join());
    assertThat(taken).allMatch(answer -> answer.status() == 200);
  }

  @Test
  void weightsAreExactAndGoOnOverATableThatKeepsThem() {
    local.put(Tables.address(1), says("stable"));
    local.put(Tables.address(2), says("canary"));
    gateway.upstreams().put(Tables.upstream("default/stable", 0, true, 1));
    gateway.upstreams().put(Tables.upstream("default/canary", 0, true, 2));
    int canary = 0;
    for (int i = 0; i < 100; i++) {
      var rule =
          Tables.rule(
              "iris",
              Tables.to(Backend.of("default/stable", 90), Backend.of("default/canary", 10)));
      gateway.routes(Tables.one(HOST, rule, Tables.rule("filler-" + i, Tables.to("default/x"))));
      canary += answered(FakeRequest.get(HOST, "/")).text().equals("canary") ? 1 : 0;
    }
    assertThat(canary).isEqualTo(10);
  }

  @Test
  void anEndpointThatGoesFinishesWhatItHas() throws Exception {
    var entered = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    local.put(
        Tables.address(1),
        (_, response) -> {
          entered.countDown();
          goOn.await();
          response.send("first".getBytes(StandardCharsets.UTF_8));
        });
    local.put(Tables.address(2), says("second"));
    route();
    gateway.upstreams().put(Tables.upstream("default/iris", 0, true, 1));
    var running = get();
    entered.await();
    gateway.upstreams().put(Tables.upstream("default/iris", 0, true, 2));
    var drained = gateway.upstreams().drained("default/iris", Tables.address(1));
    assertThat(drained).isNotDone();
    assertThat(answered(FakeRequest.get(HOST, "/")).text()).isEqualTo("second");
    goOn.countDown();
    running.over().join();
    drained.join();
    assertThat(running.text()).isEqualTo("first");
  }

  @Test
  void heldRequestsCountAsConcurrency() {
    route();
    gateway.upstreams().put(Tables.upstream("default/iris", 0, true));
    var answer = get();
    await().until(() -> gateway.upstreams().held("default/iris") == 1);
    assertThat(meters.inFlight(new LoadKey("default", "iris"))).isEqualTo(1);
    answer.leave();
    await().until(() -> meters.inFlight(new LoadKey("default", "iris")) == 0);
  }

  @Test
  void aMeterThatWasForgottenBeginsAnew() {
    local.put(Tables.address(1), says("here"));
    route();
    gateway.upstreams().put(Tables.upstream("default/iris", 0, true, 1));
    answered(FakeRequest.get(HOST, "/"));
    meters.forget(new LoadKey("default", "iris"));
    gateway.upstreams().put(Tables.upstream("default/iris", 0, true));
    var answer = get();
    await().until(() -> meters.inFlight(new LoadKey("default", "iris")) == 1);
    answer.leave();
    await().until(() -> meters.inFlight(new LoadKey("default", "iris")) == 0);
  }

  @Test
  void anUpstreamThatIsForgottenRefusesThoseHeldForIt() {
    route();
    gateway.upstreams().put(Tables.upstream("default/iris", 0, true));
    var answer = get();
    await().until(() -> gateway.upstreams().held("default/iris") == 1);
    gateway.upstreams().remove("default/iris");
    answer.over().join();
    assertThat(answer.status()).isEqualTo(503);
  }

  @Test
  void dotsInAPathDoNotPassByARule() {
    local.put(Tables.address(1), (request, response) -> response.send(bytes(request.rawPath())));
    gateway.upstreams().put(Tables.upstream("default/open", 0, true, 1));
    var open = Tables.path(PathMatch.Type.ELEMENT_PREFIX, "/open");
    var shut = Tables.path(PathMatch.Type.ELEMENT_PREFIX, "/shut");
    gateway.routes(
        Tables.one(
            HOST,
            Tables.rule("open", open, Tables.to("default/open")),
            Tables.rule("shut", shut, new Direct(403, "text/plain", "shut"))));
    assertThat(answered(FakeRequest.get(HOST, "/open/a")).text()).isEqualTo("/open/a");
    assertThat(answered(FakeRequest.get(HOST, "/open/../shut/a")).status()).isEqualTo(403);
    assertThat(answered(FakeRequest.get(HOST, "/open/%2e%2E/shut")).status()).isEqualTo(403);
    assertThat(answered(FakeRequest.get(HOST, "/open/./b/.")).text()).isEqualTo("/open/b/");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void anEndpointSeesWhereARequestCameFrom() {
    local.put(
        Tables.address(1),
        (request, response) ->
            response.send(
                bytes(
                    request.header("X-Forwarded-For")
                        + "|"
                        + request.header("x-forwarded-proto")
                        + "|"
                        + request.header("x-forwarded-host")
                        + "|"
                        + request.header("forwarded")
                        + "|"
                        + request.header("x-request-id")
                        + "|"
                        + request.header("traceparent").substring(0, 36))));
    gateway.upstreams().put(Tables.upstream("default/iris", 0, true, 1));
    route();
    var trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-";
    var request =
        FakeRequest.get(HOST, "/")
            .from("192.0.2.7")
            .with("x-forwarded-for", "203.0.113.9")
            .with("x-request-id", "r1")
            .with("traceparent", trace + "00f067aa0ba902b7-01");
    assertThat(answered(request).text())
        .isEqualTo(
            "203.0.113.9, 192.0.2.7|http|iris.default.localhost"
                + "|for=203.0.113.9;host=iris.default.localhost;proto=http, for=192.0.2.7"
                + "|r1|"
                + trace);
  }

  @Test
  void headersAndPathsAreEdited() {
    local.put(
        Tables.address(1),
        (request, response) ->
            response
                .header("x-secret", "s")
                .send(
                    bytes(request.rawPath() + "?" + request.rawQuery() + request.headers("x-a"))));
    gateway.upstreams().put(Tables.upstream("default/iris", 0, true, 1));
    var edits =
        new Edits(
            Optional.of(new PathEdit.ReplacePrefix("/v2")),
            Optional.empty(),
            new HeaderEdits(Map.of("X-A", "1"), Map.of("x-a", "2"), Set.of()),
            new HeaderEdits(Map.of("x-b", "3"), Map.of(), Set.of("X-Secret")));
    var to =
        new Forwarding(
            List.of(Backend.of("default/iris", 1)),
            edits,
            Optional.empty(),
            Timeouts.NONE,
            Retries.SAFE,
            List.of());
    var match = Tables.path(PathMatch.Type.ELEMENT_PREFIX, "/iris");
    gateway.routes(Tables.one(HOST, Tables.rule("iris", match, to)));
    var answer = answered(FakeRequest.get(HOST, "/iris/infer?x=1"));
    assertThat(answer.text()).isEqualTo("/v2/infer?x=1[1, 2]");
    assertThat(answer.values("x-b")).containsExactly("3");
    assertThat(answer.values("x-secret")).isEmpty();
  }

  @Test
  void aCookieKeepsAClientWithItsBackend() {
    local.put(Tables.address(1), says("stable"));
    local.put(Tables.address(2), says("canary"));
    gateway.upstreams().put(Tables.upstream("default/stable", 0, true, 1));
    gateway.upstreams().put(Tables.upstream("default/canary", 0, true, 2));
    gateway.routes(Tables.one(HOST, Tables.rule("ab", sticky("cookie", "ab"))));
    for (int i = 0; i < 10; i++) {
      var first = answered(FakeRequest.get(HOST, "/"));
      var cookie = first.values("set-cookie").getFirst();
      var mark = cookie.substring(0, cookie.indexOf(';'));
      var second = answered(FakeRequest.get(HOST, "/").with("cookie", "x=y; " + mark));
      assertThat(second.text()).isEqualTo(first.text());
      assertThat(second.values("set-cookie")).isEmpty();
    }
    assertThat(answered(FakeRequest.get(HOST, "/").with("cookie", "ab=always")).text())
        .isEqualTo("canary");
  }

  @Test
  void aHeaderKeepsAClientWithItsBackend() {
    local.put(Tables.address(1), says("stable"));
    local.put(Tables.address(2), says("canary"));
    gateway.upstreams().put(Tables.upstream("default/stable", 0, true, 1));
    gateway.upstreams().put(Tables.upstream("default/canary", 0, true, 2));
    gateway.routes(Tables.one(HOST, Tables.rule("ab", sticky("header", "x-user"))));
    int canary = 0;
    for (int i = 0; i < 200; i++) {
      var user = "user-" + i;
      var first = answered(FakeRequest.get(HOST, "/").with("x-user", user)).text();
      assertThat(answered(FakeRequest.get(HOST, "/").with("x-user", user)).text()).isEqualTo(first);
      canary += first.equals("canary") ? 1 : 0;
    }
    assertThat(canary).isBetween(60, 140);
  }

  private static Forwarding sticky(String by, String name) {
    return new Forwarding(
        List.of(Backend.of("default/stable", 50), Backend.of("default/canary", 50)),
        Edits.NONE,
        Optional.of(new Stickiness(by, name, Optional.empty(), Map.of("always", "default/canary"))),
        Timeouts.NONE,
        Retries.SAFE,
        List.of());
  }

  @Test
  void aClientWithoutTlsIsSentToIt() {
    var redirect =
        new Redirect(
            308, Optional.of("https"), Optional.empty(), Optional.empty(), Optional.empty());
    var rule = Tables.rule("page", new Direct(200, "text/plain", "page"));
    gateway.routes(
        new RouteTable(Map.of(HOST, new VirtualHost(HOST, List.of(rule), Optional.of(redirect)))));
    var answer = answered(FakeRequest.get(HOST + ":8080", "/a?b=c"));
    assertThat(answer.status()).isEqualTo(308);
    assertThat(answer.values("location")).containsExactly("https://" + HOST + "/a?b=c");
    assertThat(answered(FakeRequest.get(HOST, "/").overTls()).text()).isEqualTo("page");
  }

  @Test
  void anAddressThatIsNotAllowedIsRefused() {
    guarded(policy(0, 0, List.of("192.0.2.0/24", "2001:db8::/32")));
    assertThat(answered(FakeRequest.get(HOST, "/").from("192.0.2.9")).status()).isEqualTo(200);
    assertThat(answered(FakeRequest.get(HOST, "/").from("2001:db8::1")).status()).isEqualTo(200);
    assertThat(answered(FakeRequest.get(HOST, "/").from("192.0.3.9")).status()).isEqualTo(403);
  }

  private void guarded(Policy policy) {
    gateway.routes(Tables.one(HOST, Tables.guarded(policy, new Direct(200, "text/plain", "in"))));
  }

  private static Policy policy(int concurrent, long maxBytes, List<String> networks) {
    return new Policy(
        Optional.empty(), Optional.empty(), concurrent, maxBytes, networks, Optional.empty());
  }

  @Test
  void aLongerBodyThanAllowedIsRefused() {
    guarded(policy(0, 10, List.of()));
    var request = FakeRequest.post(HOST, "/", new byte[11]).with("content-length", "11");
    assertThat(answered(request).status()).isEqualTo(413);
  }

  @Test
  void aRateIsKeptForEachClient() {
    var rate = new Rate(10, Duration.ofSeconds(1), 4, List.of("198.51.100.0/24"));
    guarded(new Policy(Optional.empty(), Optional.of(rate), 0, 0, List.of(), Optional.empty()));
    assertThat(admitted("192.0.2.1", 20)).isEqualTo(5);
    assertThat(admitted("192.0.2.2", 20)).isEqualTo(5);
    assertThat(admitted("198.51.100.1", 20)).isEqualTo(20);
    clock.addAndGet(Duration.ofMillis(300).toNanos());
    assertThat(admitted("192.0.2.1", 20)).isEqualTo(3);
  }

  private int admitted(String address, int requests) {
    int admitted = 0;
    for (int i = 0; i < requests; i++) {
      int status = answered(FakeRequest.get(HOST, "/").from(address)).status();
      assertThat(status).isIn(200, 503);
      admitted += status == 200 ? 1 : 0;
    }
    return admitted;
  }

  @Test
  void moreAtOnceThanAllowedAreRefused() throws Exception {
    var entered = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    local.put(
        Tables.address(1),
        (_, response) -> {
          entered.countDown();
          goOn.await();
          response.send(new byte[0]);
        });
    gateway.upstreams().put(Tables.upstream("default/iris", 0, true, 1));
    gateway.routes(
        Tables.one(HOST, Tables.guarded(policy(1, 0, List.of()), Tables.to("default/iris"))));
    var running = get();
    entered.await();
    assertThat(answered(FakeRequest.get(HOST, "/")).status()).isEqualTo(503);
    goOn.countDown();
    running.over().join();
    await().until(() -> answered(FakeRequest.get(HOST, "/")).status() == 200);
  }

  @Test
  void payloadsAreSentAsCloudEventsWhereARuleAsks() throws Exception {
    var events = new LinkedBlockingQueue<String>();
    try (var sink =
        Serving.elsewhere(
            (request, response) -> {
              events.add(
                  request.header("ce-type")
                      + "|"
                      + request.header("ce-id")
                      + "|"
                      + new String(request.body(100), StandardCharsets.UTF_8));
              response.send(new byte[0]);
            })) {
      local.put(Tables.address(1), (request, response) -> response.send(request.body(10)));
      gateway.upstreams().put(Tables.upstream("default/iris", 0, true, 1));
      var log =
          new PayloadLog(URI.create("http://127.0.0.1:" + sink.port() + "/"), "all", Map.of());
      var policy =
          new Policy(Optional.empty(), Optional.empty(), 0, 0, List.of(), Optional.of(log));
      gateway.routes(Tables.one(HOST, Tables.guarded(policy, Tables.to("default/iris"))));
      var request = FakeRequest.post(HOST, "/", bytes("{}")).with("ce-id", "7");
      assertThat(answered(request).text()).isEqualTo("{}");
      var first = next(events);
      var both = List.of(first, next(events));
      assertThat(both)
          .containsExactlyInAnyOrder(
              "org.kubeflow.serving.inference.request|7|{}",
              "org.kubeflow.serving.inference.response|7|{}");
    }
  }

  private static String next(BlockingQueue<String> events) throws InterruptedException {
    return Objects.requireNonNull(events.poll(20, TimeUnit.SECONDS));
  }
}
