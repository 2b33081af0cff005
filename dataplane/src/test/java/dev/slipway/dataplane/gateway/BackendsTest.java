package dev.slipway.dataplane.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.autoscaling.LoadMeters;
import dev.slipway.dataplane.gateway.RouteTable.Backend;
import dev.slipway.dataplane.gateway.RouteTable.ClientShare;
import dev.slipway.dataplane.gateway.RouteTable.Edits;
import dev.slipway.dataplane.gateway.RouteTable.Forwarding;
import dev.slipway.dataplane.gateway.RouteTable.Policy;
import dev.slipway.dataplane.gateway.RouteTable.Retries;
import dev.slipway.dataplane.gateway.RouteTable.Stickiness;
import dev.slipway.dataplane.gateway.RouteTable.Timeouts;
import dev.slipway.net.Forwarder;
import dev.slipway.net.ForwarderSettings;
import dev.slipway.net.Handler;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Which endpoint a client gets, and how much of it.
@Timeout(60)
final class BackendsTest {
  private static final String HOST = "iris.default.localhost";
  private static final String IRIS = "default/iris";

  private final LocalEndpoints local = new LocalEndpoints();
  private final Gateway gateway =
      new Gateway(
          GatewaySettings.standard(),
          new GatewayDoors(
              local,
              new Forwarder(ForwarderSettings.standard()),
              new LoadMeters(),
              _ -> {},
              (_, response) -> response.status(404).send(new byte[0])),
          System::nanoTime);

  private static Handler says(String text) {
    return (_, response) -> response.send(text.getBytes(StandardCharsets.UTF_8));
  }

  private FakeResponse call(FakeRequest request) {
    var response = new FakeResponse();
    Thread.startVirtualThread(
        () -> {
          try {
            gateway.handle(request, response);
          } catch (Exception problem) {
            response.status(599).send(problem.toString().getBytes(StandardCharsets.UTF_8));
          }
        });
    return response;
  }

  private FakeResponse answered(FakeRequest request) {
    var response = call(request);
    response.over().join();
    return response;
  }

  private void serve(int endpoints) {
    var numbers = new int[endpoints];
    for (int i = 0; i < endpoints; i++) {
      numbers[i] = i + 1;
      local.put(Tables.address(i + 1), says("pod " + (i + 1)));
    }
    gateway.upstreams().put(Tables.upstream(IRIS, 0, true, numbers));
  }

  private static Forwarding byCookie() {
    return new Forwarding(
        List.of(Backend.of(IRIS, 1)),
        Edits.NONE,
        Optional.of(new Stickiness("cookie", "seat", Optional.empty(), Map.of())),
        Timeouts.NONE,
        Retries.SAFE,
        List.of());
  }

  @Test
  void aCookieKeepsAClientWithItsEndpointAsLongAsThatIsThere() {
    serve(5);
    gateway.routes(Tables.one(HOST, Tables.rule("iris", byCookie())));
    var seen = new HashSet<String>();
    for (int client = 0; client < 60; client++) {
      var first = answered(FakeRequest.get(HOST, "/"));
      var cookie = first.values("set-cookie").getFirst();
      var own = FakeRequest.get(HOST, "/").with("cookie", cookie.substring(0, cookie.indexOf(';')));
      for (int i = 0; i < 3; i++) {
        var again = answered(own);
        assertThat(again.text()).isEqualTo(first.text());
        assertThat(again.values("set-cookie")).isEmpty();
      }
      seen.add(first.text());
    }
    assertThat(seen).as("strangers are spread").hasSize(5);
    serve(1);
    assertThat(answered(FakeRequest.get(HOST, "/").with("cookie", "seat=0.7")).text())
        .isEqualTo("pod 1");
  }

  @Test
  void aBackendThatIsNotThereAnswersItsShareWith500() {
    serve(1);
    var half = Tables.to(Backend.of(IRIS, 1), Backend.of(Backend.NOWHERE, 1));
    gateway.routes(Tables.one(HOST, Tables.rule("default/iris", half)));
    int failed = 0;
    for (int i = 0; i < 10; i++) {
      var answer = answered(FakeRequest.get(HOST, "/"));
      assertThat(answer.status()).isIn(200, 500);
      failed += answer.status() == 500 ? 1 : 0;
    }
    assertThat(failed).isEqualTo(5);
  }

  @Test
  void oneClientMayNotHaveMoreUnderWayThanItsShare() throws Exception {
    var entered = new CountDownLatch(3);
    var goOn = new CountDownLatch(1);
    local.put(
        Tables.address(1),
        (_, response) -> {
          entered.countDown();
          goOn.await();
          response.send(new byte[0]);
        });
    gateway.upstreams().put(Tables.upstream(IRIS, 0, true, 1));
    var share = Optional.of(new ClientShare(1, List.of("198.51.100.0/24")));
    var policy =
        new Policy(Optional.empty(), Optional.empty(), 3, share, 0, List.of(), Optional.empty());
    gateway.routes(Tables.one(HOST, Tables.guarded(policy, Tables.to(IRIS))));

    var running =
        List.of(
            call(FakeRequest.get(HOST, "/").from("192.0.2.1")),
            call(FakeRequest.get(HOST, "/").from("198.51.100.1")),
            call(FakeRequest.get(HOST, "/").from("198.51.100.1")));
    entered.await();
    assertThat(answered(FakeRequest.get(HOST, "/").from("192.0.2.1")).status()).isEqualTo(503);
    assertThat(answered(FakeRequest.get(HOST, "/").from("192.0.2.2")).status())
        .as("there are three of all together")
        .isEqualTo(503);
    goOn.countDown();
    running.forEach(each -> each.over().join());
    running.forEach(each -> assertThat(each.status()).isEqualTo(200));
    for (int i = 0; i < 3; i++) {
      await().until(() -> answered(FakeRequest.get(HOST, "/").from("192.0.2.1")).status() == 200);
    }
  }
}
