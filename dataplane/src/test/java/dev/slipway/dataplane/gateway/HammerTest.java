package dev.slipway.dataplane.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.dataplane.gateway.RouteTable.Backend;
import dev.slipway.dataplane.gateway.Upstream.Endpoint;
import dev.slipway.net.Handler;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Clients run while endpoints come and go and tables are swapped: no request is lost.
@Timeout(120)
final class HammerTest {
  private static final int CLIENTS = 8;
  private static final int REQUESTS = 250;
  private static final int SWAPS = 300;
  private static final int ANSWERS_A_SWAP = 5;

  @ParameterizedTest(name = "concurrency {0}")
  @ValueSource(ints = {0, 2, 5})
  void noRequestIsLostWhileEndpointsOfThisProcessComeAndGo(int concurrency) throws Exception {
    long seed = System.nanoTime();
    try (var serving = new Serving()) {
      var busy = new AtomicInteger[8];
      for (int i = 0; i < busy.length; i++) {
        busy[i] = new AtomicInteger();
        serving.local.put(Tables.address(i), counting(busy[i], concurrency));
      }
      serving.gateway.upstreams().put(upstream("default/blue", concurrency));
      serving.gateway.upstreams().put(upstream("default/green", concurrency));
      serving.route("default/blue");
      var failures = new ConcurrentLinkedQueue<String>();
      var answers = new Semaphore(0);
      var clients = clients(serving, failures, answers);
      var random = new Random(seed);
      for (int i = 0; i < SWAPS && running(clients); i++) {
        swap(serving, random, concurrency);
        var _ = answers.tryAcquire(ANSWERS_A_SWAP, 20, TimeUnit.MILLISECONDS);
      }
      wakeAll(serving, concurrency);
      for (var client : clients) {
        client.join();
      }
      assertThat(failures).as("seed %d", seed).isEmpty();
      assertThat(serving.gateway.upstreams().inside("default/blue")).isZero();
      assertThat(serving.gateway.upstreams().held("default/blue")).isZero();
    }
  }

  private static Handler counting(AtomicInteger busy, int concurrency) {
    return (request, response) -> {
      int now = busy.incrementAndGet();
      try {
        if (concurrency > 0 && now > 2 * concurrency) {
          response.status(500); // both colours may use an address
        }
        response.send(request.body(1_000));
      } finally {
        busy.decrementAndGet();
      }
    };
  }

  private static Upstream upstream(String key, int concurrency, int... numbers) {
    return Tables.upstream(key, concurrency, true, numbers);
  }

  private static boolean running(List<Thread> clients) {
    return clients.stream().anyMatch(Thread::isAlive);
  }

  private static void swap(Serving serving, Random random, int concurrency) {
    var key = random.nextBoolean() ? "default/blue" : "default/green";
    int[] numbers = random.ints(random.nextInt(4), 0, 8).distinct().toArray();
    switch (random.nextInt(3)) {
      case 0 -> serving.gateway.upstreams().put(upstream(key, concurrency, numbers));
      case 1 -> serving.route(key);
      default ->
          serving.gateway.routes(
              Tables.one(
                  "*",
                  Tables.rule(
                      "all",
                      Tables.to(
                          Backend.of("default/blue", random.nextInt(100)),
                          Backend.of("default/green", 1 + random.nextInt(100))))));
    }
  }

  private static void wakeAll(Serving serving, int concurrency) {
    serving.gateway.upstreams().put(upstream("default/blue", concurrency, 1));
    serving.gateway.upstreams().put(upstream("default/green", concurrency, 2));
  }

  private static List<Thread> clients(Serving serving, Queue<String> failures, Semaphore answers) {
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < CLIENTS; i++) {
      var name = "client " + i;
      threads.add(Thread.startVirtualThread(() -> client(serving, name, failures, answers)));
    }
    return threads;
  }

  private static void client(
      Serving serving, String name, Queue<String> failures, Semaphore answers) {
    for (int i = 0; i < REQUESTS; i++) {
      var body = name + " " + i;
      try {
        var answer =
            serving.send(
                serving
                    .request("/")
                    .POST(BodyPublishers.ofByteArray(body.getBytes(StandardCharsets.UTF_8))));
        if (answer.statusCode() != 200 || !answer.body().equals(body)) {
          failures.add(body + ": " + answer.statusCode() + " " + answer.body());
        }
      } catch (RuntimeException problem) {
        failures.add(body + ": " + problem);
      }
      answers.release();
    }
  }

  /// Servers elsewhere are started, put in, taken out, drained and closed, as pods are.
  @Test
  void noRequestIsLostWhileEndpointsElsewhereAreReplaced() throws Exception {
    Handler echo = (request, response) -> response.send(request.body(1_000));
    try (var serving = new Serving()) {
      serving.route("default/blue");
      serving.gateway.upstreams().put(Serving.upstream("default/blue", 3));
      var failures = new ConcurrentLinkedQueue<String>();
      var answers = new Semaphore(0);
      var clients = clients(serving, failures, answers);
      var last = Serving.elsewhere(echo);
      var lastAt = Serving.at(last);
      serving.gateway.upstreams().put(Serving.upstream("default/blue", 3, lastAt));
      for (int i = 0; i < 10 && running(clients); i++) {
        var next = Serving.elsewhere(echo);
        Endpoint nextAt = Serving.at(next);
        serving.gateway.upstreams().put(Serving.upstream("default/blue", 3, nextAt));
        serving.gateway.upstreams().drained("default/blue", lastAt.address()).join();
        last.close();
        last = next;
        lastAt = nextAt;
      }
      for (var client : clients) {
        client.join();
      }
      last.close();
      assertThat(failures).isEmpty();
    }
  }
}
