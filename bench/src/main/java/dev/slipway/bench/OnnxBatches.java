package dev.slipway.bench;

import dev.slipway.dataplane.model.Caller;
import dev.slipway.dataplane.model.Engines;
import dev.slipway.dataplane.model.ModelOpener;
import dev.slipway.dataplane.model.ModelSettings;
import dev.slipway.dataplane.model.ModelSettings.Batching;
import dev.slipway.dataplane.model.Models;
import dev.slipway.engines.onnx.OnnxEngine;
import dev.slipway.inference.artifact.ArtifactSettings;
import dev.slipway.inference.artifact.Artifacts;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/// Rows a second of one model on two threads: raw sessions fed whole batches, and ours from clients
/// that ask for a row at a time and are joined into batches of the size at which the raw ones do
/// best.
final class OnnxBatches {
  private static final int THREADS = 2;
  private static final int ROUNDS = 3;
  private static final int BATCHES_IN_FLIGHT = 4;
  private static final Duration DELAY = Duration.ofMillis(2);

  private final OnnxSubject subject;
  private final int seconds;

  OnnxBatches(OnnxSubject subject, int seconds) {
    this.subject = subject;
    this.seconds = seconds;
  }

  /// Rows a second, and microseconds of CPU time each.
  private record Speed(double rows, double cpuMicros) {}

  void measure(int... sizes) throws Exception {
    System.out.printf(
        "%n%s, %d threads, rounds of %d s in turn%n%n", subject.name(), THREADS, seconds);
    System.out.println("| measured | rows/s | CPU us/row |");
    System.out.println("|---|---:|---:|");
    int best = sizes[0];
    double most = 0;
    for (int size : sizes) {
      raw(size);
      var speed = raw(size);
      tell("raw session, batches of " + size, speed);
      best = speed.rows() > most ? size : best;
      most = Math.max(most, speed.rows());
    }
    against(best);
  }

  private void against(int size) throws Exception {
    var rates = new double[ROUNDS];
    var costs = new double[ROUNDS];
    try (var models = models(size)) {
      ours(models, size);
      for (int round = 0; round < ROUNDS; round++) {
        var theirs = raw(size);
        var ours = ours(models, size);
        tell("raw session, batches of " + size, theirs);
        tell("ours, rows joined up to " + size, ours);
        rates[round] = ours.rows() / theirs.rows();
        costs[round] = ours.cpuMicros() / theirs.cpuMicros();
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%nours by raw, medians of %d rounds: %.2f of the rows/s, %.2f times the CPU a row%n",
        ROUNDS,
        OnnxBench.median(rates),
        OnnxBench.median(costs));
  }

  private static void tell(String what, Speed speed) {
    System.out.printf(Locale.ROOT, "| %s | %.0f | %.1f |%n", what, speed.rows(), speed.cpuMicros());
  }

  private Models models(int size) throws Exception {
    var cache = Files.createTempDirectory("slipway-bench");
    var artifacts = new Artifacts(ArtifactSettings.at(cache));
    var opener = new ModelOpener(new Engines(List.of(new OnnxEngine())), artifacts);
    var models = new Models(opener, Long.MAX_VALUE);
    models
        .load(
            ModelSettings.of("m", subject.file().toString())
                .withBatching(new Batching(size, DELAY, List.of(size))))
        .join();
    return models;
  }

  /// Each thread has a session of its own, as the least shared there is.
  private Speed raw(int size) throws Exception {
    return run(
        THREADS,
        running -> {
          try (var session = subject.session();
              var raw = subject.raw(session, size)) {
            raw.run();
            running.ready();
            long rows = 0;
            while (running.goesOn()) {
              raw.run();
              rows += size;
            }
            return rows;
          }
        });
  }

  private Speed ours(Models models, int size) throws Exception {
    return run(
        BATCHES_IN_FLIGHT * size,
        running -> {
          var call = subject.call(1);
          var model = models.serving("m", "");
          running.ready();
          long rows = 0;
          while (running.goesOn()) {
            model.infer(call, Caller.patient());
            rows++;
          }
          return rows;
        });
  }

  private interface Client {
    long rows(Running running) throws Exception;
  }

  /// A span of time that begins when all clients are there.
  private record Running(CountDownLatch there, AtomicBoolean over) {
    void ready() throws InterruptedException {
      there.countDown();
      there.await();
    }

    boolean goesOn() {
      return !over.get();
    }
  }

  private Speed run(int clients, Client client) throws Exception {
    var running = new Running(new CountDownLatch(clients + 1), new AtomicBoolean());
    var counts = new ArrayList<Future<Long>>();
    try (var threads =
        clients == THREADS
            ? Executors.newFixedThreadPool(clients)
            : Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < clients; i++) {
        Callable<Long> work = () -> client.rows(running);
        counts.add(threads.submit(work));
      }
      running.ready();
      long begun = System.nanoTime();
      var before = ProcessCost.now();
      Thread.sleep(Duration.ofSeconds(seconds));
      running.over().set(true);
      long rows = 0;
      for (var count : counts) {
        rows += count.get();
      }
      double spent = (System.nanoTime() - begun) / 1e9;
      return new Speed(
          rows / spent, (ProcessCost.now().cpuMicros() - before.cpuMicros()) / (double) rows);
    }
  }
}
