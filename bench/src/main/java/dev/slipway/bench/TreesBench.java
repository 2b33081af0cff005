package dev.slipway.bench;

import dev.slipway.engines.lightgbm.LightGbmReader;
import dev.slipway.engines.xgboost.XgBoostReader;
import dev.slipway.inference.trees.ForestBuilder;
import dev.slipway.inference.trees.Missing;
import dev.slipway.inference.trees.TreeBuilder;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/// CPU time of boosted trees for one row and for a thousand, the best of many rounds.
///
/// Without arguments: random forests of the shapes that matter, and models of the original
/// libraries beside these. With model files of LightGBM
/// (`.txt`) or XGBoost (anything else): those, on random rows.
public final class TreesBench {
  private static final int FEATURES = 20;
  private static final int ROWS = 1000;
  private static final int ROUNDS = 200;
  private static final int CALLS = 2_000;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final Random RANDOM = new Random(42);

  private TreesBench() {}

  /// Something that computes rows.
  private interface Work {
    void row(double[] x, int offset);

    void rows(double[] x, int rows);
  }

  public static void main(String... arguments) throws Exception {
    System.out.println(
        "| model                                     | 1 row, us | per row of 1000 |");
    System.out.println("|---|---|---|");
    if (arguments.length == 0) {
      random("100 trees, 31 leaves, leaf-wise", 100, 31, true, 0);
      random("100 trees, 31 leaves, leaf-wise, 3 % NaN", 100, 31, true, 0.03);
      random("100 trees, depth 5, float32", 100, 32, false, 0);
      random("100 trees, 1000 leaves, leaf-wise", 100, 1000, true, 0);
      random("1000 trees, 31 leaves, leaf-wise", 1000, 31, true, 0);
      NativeTrees.compare();
    }
    for (var argument : arguments) {
      model(Path.of(argument));
    }
  }

  private static void random(String name, int trees, int leaves, boolean leafWise, double missing) {
    var builder = ForestBuilder.scalars(FEATURES, 1);
    if (!leafWise) {
      builder.singlePrecision();
    }
    for (int i = 0; i < trees; i++) {
      grow(builder.tree(0, 2 * leaves - 1), leaves, leafWise);
    }
    var forest = builder.build();
    var out = new double[1];
    var all = new double[ROWS];
    measure(
        name,
        rows(FEATURES, missing),
        FEATURES,
        new Work() {
          @Override
          public void row(double[] x, int offset) {
            out[0] = 0;
            forest.sum(x, offset, out, 0);
          }

          @Override
          public void rows(double[] x, int rows) {
            Arrays.fill(all, 0);
            forest.sumRows(x, rows, all);
          }
        });
  }

  /// Splits a random leaf, or the oldest, until there are enough.
  private static void grow(TreeBuilder tree, int leaves, boolean leafWise) {
    var open = new ArrayDeque<Integer>();
    open.add(0);
    int next = 1;
    for (int splits = 1; splits < leaves; splits++) {
      if (leafWise) {
        for (int i = RANDOM.nextInt(open.size()); i > 0; i--) {
          open.add(open.remove());
        }
      }
      double threshold = Math.round(RANDOM.nextGaussian() * 1000) / 1000.0;
      tree.split(open.remove(), RANDOM.nextInt(FEATURES), threshold, Missing.LEFT, next, next + 1);
      open.add(next++);
      open.add(next++);
    }
    open.forEach(leaf -> tree.leaf(leaf, (float) RANDOM.nextGaussian()));
    tree.end();
  }

  private static void model(Path file) throws Exception {
    var name = file.getFileName().toString();
    if (name.endsWith(".txt")) {
      var model = LightGbmReader.read(Files.readString(file));
      measure(
          name,
          rows(model.features(), 0),
          model.features(),
          new Work() {
            @Override
            public void row(double[] x, int offset) {
              model.predict(x, 1);
            }

            @Override
            public void rows(double[] x, int rows) {
              model.predict(x, rows);
            }
          });
    } else {
      var model = XgBoostReader.read(Files.readAllBytes(file));
      measure(
          name,
          rows(model.features(), 0),
          model.features(),
          new Work() {
            @Override
            public void row(double[] x, int offset) {
              model.predict(x, 1);
            }

            @Override
            public void rows(double[] x, int rows) {
              model.predict(x, rows);
            }
          });
    }
  }

  private static double[] rows(int features, double missing) {
    var x = new double[ROWS * features];
    for (int i = 0; i < x.length; i++) {
      x[i] = RANDOM.nextDouble() < missing ? Double.NaN : (float) RANDOM.nextGaussian();
    }
    return x;
  }

  /// Time this thread computed: other programs on the machine do not count.
  private static long cpuNanos() {
    return THREADS.getCurrentThreadCpuTime();
  }

  private static void measure(String name, double[] x, int features, Work work) {
    double one = Double.MAX_VALUE;
    double many = Double.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      long start = cpuNanos();
      for (int i = 0; i < CALLS; i++) {
        work.row(x, i % ROWS * features);
      }
      one = Math.min(one, (cpuNanos() - start) / 1e3 / CALLS);
      start = cpuNanos();
      for (int i = 0; i < CALLS / ROWS; i++) {
        work.rows(x, ROWS);
      }
      many = Math.min(many, (cpuNanos() - start) / 1e3 / (CALLS / ROWS * ROWS));
    }
    System.out.printf(Locale.ROOT, "| %-41s | %9.2f | %15.2f |%n", name, one, many);
  }
}
