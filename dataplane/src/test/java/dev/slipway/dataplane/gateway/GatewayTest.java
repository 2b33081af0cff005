package dev.slipway.dataplane.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.dataplane.gateway.RouteTable.Backend;
import dev.slipway.dataplane.gateway.RouteTable.Timeouts;
import dev.slipway.net.Handler;
import dev.slipway.net.Response;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class GatewayTest {
  private static final String HOST = "iris.default.localhost";

  private final LocalEndpoints local = new LocalEndpoints();
  private final AtomicLong clock = new AtomicLong(1);
  private final List<String> wanted = new CopyOnWriteArrayList<>();
  private final Gateway gateway =
      new Gateway(
          local, wanted::add, (_, response) -> response.status(404).send(new byte[0]), clock::get);

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
}
