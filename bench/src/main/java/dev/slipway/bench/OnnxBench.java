package dev.slipway.bench;

import dev.slipway.engines.onnx.OnnxEngine;
import dev.slipway.inference.engine.ModelSource;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;

/// ONNX models through our engine, beside a raw `OrtSession` with reused inputs and a pinned
/// output,
/// the least that Java's own door to ONNX Runtime costs: microseconds of one call, and rows a
/// second
/// of two threads, ours from single rows that the server joins.
///
/// The models are those the tests of `engines/onnx` write under its `target/models`.
///
/// ```text
/// bench/run OnnxBench [SECONDS]        # of each measurement of the second table, 3 if not said
/// ```
public final class OnnxBench {
  private static final long ROUND_NANOS = 150_000_000;
  private static final int WARM_UP_ROUNDS = 6;
  private static final int ROUNDS = 15;

  private OnnxBench() {}

  private interface Call {
    void run() throws Exception;
  }

  public static void main(String[] arguments) throws Exception {
    int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3;
    System.out.println("CPU time of one call, medians of " + ROUNDS + " alternating rounds\n");
    System.out.println("| model | rows | ours, us | raw pinned, us | ratio |");
    System.out.println("|---|---:|---:|---:|---:|");
    row(OnnxSubject.small("identity_float", 3, 3), 1);
    row(OnnxSubject.small("mlp_4", 4, 3), 1);
    row(OnnxSubject.small("mlp_784", 784, 10), 1);
    row(OnnxSubject.small("mlp_784", 784, 10), 32);
    row(OnnxSubject.miniLm(), 1);
    row(OnnxSubject.miniLm(), 8);
    new OnnxBatches(OnnxSubject.small("mlp_784", 784, 10), seconds).measure(16, 32, 64, 128);
    new OnnxBatches(OnnxSubject.miniLm(), seconds).measure(4, 8, 16, 32);
  }

  private static void row(OnnxSubject subject, int rows) throws Exception {
    try (var model = new OnnxEngine().load(ModelSource.of("m", subject.file()));
        var session = subject.session();
        var raw = subject.raw(session, rows)) {
      var call = subject.call(rows);
      var ours = new double[ROUNDS];
      var theirs = new double[ROUNDS];
      for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
        double first = micros(() -> model.infer(call));
        double second = micros(raw::run);
        if (round >= 0) {
          ours[round] = first;
          theirs[round] = second;
        }
      }
      System.out.printf(
          Locale.ROOT,
          "| %s | %d | %.2f | %.2f | %.2f |%n",
          subject.name(),
          rows,
          median(ours),
          median(theirs),
          median(ours) / median(theirs));
    }
  }

  private static double micros(Call call) throws Exception {
    var threads = ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadCpuTime();
    long used = 0;
    int calls = 0;
    while (used < ROUND_NANOS) {
      for (int i = 0; i < 4; i++) {
        call.run();
      }
      calls += 4;
      used = threads.getCurrentThreadCpuTime() - start;
    }
    return used / 1000.0 / calls;
  }

  static double median(double... values) {
    var sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
