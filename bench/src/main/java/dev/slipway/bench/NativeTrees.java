package dev.slipway.bench;

import com.microsoft.ml.lightgbm.PredictionType;
import dev.slipway.engines.lightgbm.LightGbmReader;
import dev.slipway.engines.xgboost.XgBoostReader;
import io.github.metarank.lightgbm4j.LGBMBooster;
import io.github.metarank.lightgbm4j.LGBMDataset;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;

/// Our trees beside the original libraries: each trains a model of 100 trees over 20 features, we
/// read the file, and both predict the same rows in turn. CPU time of the calling thread, medians;
/// the libraries have one thread each.
final class NativeTrees {
  private static final int FEATURES = 20;
  private static final int ROWS = 1000;
  private static final int TREES = 100;
  private static final int WARM_UP = 40;
  private static final int ROUNDS = 101;
  private static final int CALLS = 1000;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private NativeTrees() {}

  private interface Call {
    void run(int row) throws Exception;
  }

  static void compare() throws Exception {
    System.out.println(
        "\n| original, us a row                        |      ours |        original |  times |");
    System.out.println("|---|---|---|---|");
    lightGbm();
    xgBoost();
  }

  /// @return `[rows, features]`, and last the labels
  private static float[][] samples() {
    var random = new Random(7);
    var x = new float[ROWS * FEATURES];
    var labels = new float[ROWS];
    for (int row = 0; row < ROWS; row++) {
      double signal = random.nextGaussian();
      for (int i = 0; i < FEATURES; i++) {
        float value = (float) random.nextGaussian();
        x[row * FEATURES + i] = value;
        signal += Math.sin(value * i) + value * (i % 3);
      }
      labels[row] = signal > 0 ? 1 : 0;
    }
    return new float[][] {x, labels};
  }

  private static void lightGbm() throws Exception {
    var samples = samples();
    var x = doubles(samples[0]);
    var settings = "objective=binary num_leaves=31 min_data_in_leaf=5 num_threads=1 verbosity=-1";
    try (var data = LGBMDataset.createFromMat(x, ROWS, FEATURES, true, settings, null)) {
      data.setField("label", samples[1]);
      try (var original = LGBMBooster.create(data, settings)) {
        for (int i = 0; i < TREES; i++) {
          original.updateOneIter();
        }
        var text = original.saveModelToString(0, 0, LGBMBooster.FeatureImportanceType.SPLIT);
        var ours = LightGbmReader.read(text);
        var type = PredictionType.C_API_PREDICT_NORMAL;
        compare(
            "LightGBM, 1 row",
            row -> ours.predict(row(x, row), 1),
            row -> original.predictForMatSingleRow(row(x, row), type),
            CALLS,
            1);
        compare(
            "LightGBM, 1,000 rows",
            _ -> ours.predict(x, ROWS),
            _ -> original.predictForMat(x, ROWS, FEATURES, true, type, "num_threads=1"),
            1,
            ROWS);
      }
    }
  }

  private static void xgBoost() throws Exception {
    var samples = samples();
    var floats = samples[0];
    var x = doubles(floats);
    var settings = new HashMap<String, Object>();
    settings.put("objective", "binary:logistic");
    settings.put("max_depth", 5);
    settings.put("nthread", 1);
    settings.put("tree_method", "hist");
    var data = new DMatrix(floats, ROWS, FEATURES, Float.NaN);
    data.setLabel(samples[1]);
    var original = XGBoost.train(data, settings, TREES, Map.of(), null, null);
    var ours = XgBoostReader.read(original.toByteArray("ubj"));
    compare(
        "XGBoost in place, 1 row",
        row -> ours.predict(row(x, row), 1),
        row -> original.inplace_predict(row(floats, row), 1, FEATURES, Float.NaN),
        CALLS,
        1);
    compare(
        "XGBoost in place, 1,000 rows",
        _ -> ours.predict(x, ROWS),
        _ -> original.inplace_predict(floats, ROWS, FEATURES, Float.NaN),
        1,
        ROWS);
    original.dispose();
    data.dispose();
  }

  private static double[] doubles(float... values) {
    var doubles = new double[values.length];
    Arrays.setAll(doubles, i -> values[i]);
    return doubles;
  }

  private static double[] row(double[] x, int row) {
    return Arrays.copyOfRange(x, row * FEATURES, (row + 1) * FEATURES);
  }

  private static float[] row(float[] x, int row) {
    return Arrays.copyOfRange(x, row * FEATURES, (row + 1) * FEATURES);
  }

  private static void compare(String name, Call ours, Call original, int calls, int rows)
      throws Exception {
    var mine = new double[ROUNDS];
    var theirs = new double[ROUNDS];
    for (int round = -WARM_UP; round < ROUNDS; round++) {
      mine[Math.max(0, round)] = micros(ours, calls) / rows;
      theirs[Math.max(0, round)] = micros(original, calls) / rows;
    }
    Arrays.sort(mine);
    Arrays.sort(theirs);
    double one = mine[ROUNDS / 2];
    double other = theirs[ROUNDS / 2];
    System.out.printf(
        Locale.ROOT, "| %-41s | %9.2f | %15.2f | %6.1f |%n", name, one, other, other / one);
  }

  private static double micros(Call call, int calls) throws Exception {
    long start = THREADS.getCurrentThreadCpuTime();
    for (int i = 0; i < calls; i++) {
      call.run(i);
    }
    return (THREADS.getCurrentThreadCpuTime() - start) / 1e3 / calls;
  }
}
