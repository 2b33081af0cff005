package dev.slipway.bench;

import dev.slipway.net.HttpServer;
import dev.slipway.net.ServerSettings;
import dev.slipway.registry.Registry;
import dev.slipway.registry.RegistrySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/// The registry over HTTP: how fast runs log, alone and many at once, and how long a search over
/// many runs takes. `database=jdbc:postgresql://…` for another database than a file,
/// `runs=100000`, `calls=2000`, `writers=32`. With `python=`, an interpreter that has MLflow, its
/// own server logs the same in the same run, over SQLite or `python-database=postgresql://…`. Each
/// side is warmed up by a number of calls that is a share of those measured.
final class RegistryBench {
  private static final int METRICS = 1000;
  private static final int SEARCHES = 40;

  private static final Pattern RUN_ID = Pattern.compile("\"run_id\": ?\"([0-9a-f]{32})\"");

  private static final String PATH = "/api/2.0/mlflow/";
  private static final long STALE_NANOS = 1_000_000_000; // MLflow's server ends idle connections

  private final ConcurrentLinkedDeque<Kept> idle = new ConcurrentLinkedDeque<>();
  private final int port;

  private RegistryBench(int port) {
    this.port = port;
  }

  /// A connection that is not in use.
  private record Kept(PlainWire wire, long since) {
    boolean stale() {
      return System.nanoTime() - since > STALE_NANOS;
    }
  }

  public static void main(String[] args) throws Exception {
    var directory = Files.createTempDirectory("registry-bench");
    var settings = RegistrySettings.at(directory);
    String database = Options.text(args, "database", "");
    int runs = Options.number(args, "runs", 100_000);
    int calls = Options.number(args, "calls", 2000);
    int writers = Options.number(args, "writers", 32);
    var chosen = database.isEmpty() ? settings : settings.withDatabase(database);
    long opening = System.nanoTime();
    try (var registry = Registry.open(chosen, InstantSource.system());
        var server = HttpServer.start(ServerSettings.of("127.0.0.1", 0), registry.handler())) {
      System.out.printf("open                     %.0f ms%n", millis(opening));
      var bench = new RegistryBench(server.port());
      Logged here = bench.logging(calls, writers);
      String python = Options.text(args, "python", "");
      if (!python.isEmpty()) {
        String other = Options.text(args, "python-database", "");
        try (var peer = new MlflowServer(python, other, directory)) {
          System.out.println("MLflow's own server:");
          Logged there = new RegistryBench(peer.port()).logging(calls / 10, writers);
          System.out.printf(
              "times as fast: one caller %.1f, %d callers %.1f, batches %.1f%n",
              here.one() / there.one(),
              writers,
              here.many() / there.many(),
              here.batches() / there.batches());
        }
      }
      bench.searching(runs, writers);
    }
    System.out.println("kept in " + directory);
  }

  private static double millis(long since) {
    return (System.nanoTime() - since) / 1e6;
  }

  /// How often a second.
  private record Logged(double one, double many, double batches) {}

  private Logged logging(int calls, int writers) throws Exception {
    String run = run("");
    for (int warm = 0; warm < calls / 4; warm++) {
      post("runs/log-metric", metric(run, warm));
    }
    var times = new double[calls];
    for (int i = 0; i < calls; i++) {
      long start = System.nanoTime();
      post("runs/log-metric", metric(run, calls + i));
      times[i] = millis(start);
    }
    print("log-metric, one caller", times);
    long start = System.nanoTime();
    many(writers, writers * calls / 4, i -> post("runs/log-metric", metric(run, 1_000_000 + i)));
    double seconds = millis(start) / 1000;
    System.out.printf(
        "log-metric, %d callers   %.0f a second%n", writers, writers * (calls / 4) / seconds);
    var batches = new double[50];
    for (int i = 0; i < calls / 100; i++) {
      post("runs/log-batch", batch(run, 1000 + i));
    }
    for (int i = 0; i < batches.length; i++) {
      String batch = batch(run, i);
      long begun = System.nanoTime();
      post("runs/log-batch", batch);
      batches[i] = millis(begun);
    }
    print("log-batch of 1000 metrics", batches);
    return new Logged(
        1000 / middle(times), writers * (calls / 4) / seconds, 1000 / middle(batches));
  }

  private static String metric(String run, int step) {
    return "{\"run_id\":\""
        + run
        + "\",\"key\":\"loss\",\"value\":0.5,\"timestamp\":"
        + step
        + ",\"step\":"
        + step
        + "}";
  }

  private static String batch(String run, int number) {
    var text = new StringBuilder("{\"run_id\":\"" + run + "\",\"metrics\":[");
    for (int i = 0; i < METRICS; i++) {
      text.append(i == 0 ? "" : ",").append("{\"key\":\"m").append(i % 10);
      text.append("\",\"value\":1.5,\"timestamp\":").append(number);
      text.append(",\"step\":").append(number * METRICS + i).append('}');
    }
    return text.append("]}").toString();
  }

  private void searching(int runs, int writers) throws Exception {
    long start = System.nanoTime();
    many(
        writers,
        runs,
        i -> {
          String run = run(",\"start_time\":" + (1_000_000L + i));
          post(
              "runs/log-batch",
              "{\"run_id\":\""
                  + run
                  + "\",\"metrics\":[{\"key\":\"auc\",\"value\":"
                  + (i % 1000) / 1000.0
                  + ",\"timestamp\":1}],\"params\":[{\"key\":\"depth\","
                  + "\"value\":\""
                  + i % 10
                  + "\"}]}");
        });
    System.out.printf("%d runs made           %.1f s%n", runs, millis(start) / 1000);
    search("newest 100", "", "");
    search("metric and param, 100", "metrics.auc > 0.9 AND params.depth = '5'", "");
    search("a metric few have", "metrics.auc > 0.9985", "");
    search("by a metric, 100", "", "metrics.auc DESC");
  }

  private void search(String name, String filter, String order) throws Exception {
    String body =
        "{\"experiment_ids\":[\"0\"],\"max_results\":100,\"filter\":\""
            + filter
            + "\",\"order_by\":["
            + (order.isEmpty() ? "" : "\"" + order + "\"")
            + "]}";
    var times = new double[SEARCHES];
    for (int i = 0; i < SEARCHES; i++) {
      long start = System.nanoTime();
      post("runs/search", body);
      times[i] = millis(start);
    }
    print("search, " + name, times);
  }

  private static double middle(double[] times) {
    double[] sorted = times.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static void print(String name, double[] times) {
    double[] sorted = times.clone();
    Arrays.sort(sorted);
    System.out.printf(
        "%-32s p50 %.2f ms, p95 %.2f ms%n",
        name, sorted[sorted.length / 2], sorted[sorted.length * 95 / 100]);
  }

  /// What is done many times.
  private interface Step {
    void run(int number) throws IOException, InterruptedException;
  }

  private static void many(int writers, int times, Step step) throws Exception {
    var next = new AtomicInteger();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int w = 0; w < writers; w++) {
        var _ =
            threads.submit(
                () -> {
                  for (int i = next.getAndIncrement(); i < times; i = next.getAndIncrement()) {
                    step.run(i);
                  }
                  return true;
                });
      }
    }
  }

  private String run(String more) throws IOException, InterruptedException {
    String answer = post("runs/create", "{\"experiment_id\":\"0\"" + more + "}");
    var id = RUN_ID.matcher(answer);
    if (!id.find()) {
      throw new IOException("runs/create answered without a run_id: " + answer);
    }
    return id.group(1);
  }

  private String post(String path, String body) throws IOException, InterruptedException {
    Kept kept = idle.poll();
    PlainWire wire = kept == null || kept.stale() ? new PlainWire(port) : kept.wire;
    if (kept != null && kept.wire != wire) {
      kept.wire.close();
    }
    var answer = wire.post(PATH + path, body);
    idle.push(new Kept(wire, System.nanoTime()));
    if (answer.status() != 200) {
      throw new IOException(path + " answered " + answer.status() + ": " + answer.body());
    }
    return answer.body();
  }
}
