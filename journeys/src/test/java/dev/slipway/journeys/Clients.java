package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

/// Clients that call until they are closed, each one request at a time, and remember every answer.
final class Clients implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Call call;
  private final int clients;
  private final AtomicBoolean stop = new AtomicBoolean();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<CompletableFuture<Void>> running = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private final Map<String, Long> answers = new TreeMap<>();
  private final List<List<String>> heard = new ArrayList<>();

  /// One request.
  interface Call {
    HttpResponse<String> send() throws IOException, InterruptedException;
  }

  private Clients(int clients, Call call) {
    this.clients = clients;
    this.call = call;
  }

  static Clients start(int clients, Call call) {
    var made = new Clients(clients, call);
    for (int i = 0; i < clients; i++) {
      var changes = new ArrayList<String>();
      made.heard.add(changes);
      made.running.add(CompletableFuture.runAsync(() -> made.run(changes), made.threads));
    }
    return made;
  }

  private void run(List<String> changes) {
    while (!stop.get()) {
      try {
        var reply = call.send();
        note(changes, reply.statusCode(), reply.body());
      } catch (IOException problem) {
        fail(problem.toString());
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private synchronized void note(List<String> changes, int status, String body) {
    if (status != 200) {
      failures.add(status + " " + body);
      return;
    }
    answers.merge(body, 1L, Long::sum);
    if (changes.isEmpty() || !changes.getLast().equals(body)) {
      changes.add(body);
    }
  }

  private synchronized void fail(String what) {
    failures.add(what);
  }

  /// How often each answer was given.
  synchronized Map<String, Long> answers() {
    return new TreeMap<>(answers);
  }

  synchronized long answered() {
    return answers.values().stream().mapToLong(Long::longValue).sum();
  }

  /// For each client, its answers, the same one after another told once.
  synchronized List<List<String>> heard() {
    return heard.stream().map(List::copyOf).toList();
  }

  synchronized void requireNoFailure() {
    assertThat(failures).isEmpty();
    assertThat(answered()).isPositive();
  }

  synchronized List<String> failures() {
    return List.copyOf(failures);
  }

  /// Waits until so many more requests were answered.
  void awaitAnswered(long more) {
    long wanted = answered() + more;
    await().atMost(PATIENCE).until(() -> answered() >= wanted || !failures().isEmpty());
    requireNoFailure();
  }

  /// Waits until an answer was given again, from now on.
  void awaitAnswer(String body) {
    long before = answers().getOrDefault(body, 0L);
    await().atMost(PATIENCE).until(() -> answers().getOrDefault(body, 0L) > before);
  }

  /// Watches so many requests: the share of those that got this answer is exact, but for what was
  /// under way at either end.
  void requireShare(String body, int percent, int requests) {
    var before = answers();
    long answeredBefore = before.values().stream().mapToLong(Long::longValue).sum();
    awaitAnswered(requests);
    var after = answers();
    long all = after.values().stream().mapToLong(Long::longValue).sum() - answeredBefore;
    long some = after.getOrDefault(body, 0L) - before.getOrDefault(body, 0L);
    assertThat((double) some)
        .as("%s of %s requests answered %s", some, all, body)
        .isBetween(all * percent / 100.0 - clients - 1, all * percent / 100.0 + clients + 1);
  }

  @Override
  public void close() {
    stop.set(true);
    running.forEach(CompletableFuture::join);
    threads.close();
  }
}
