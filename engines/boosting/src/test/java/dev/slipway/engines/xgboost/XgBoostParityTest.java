package dev.slipway.engines.xgboost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.engine.LoadedModel;
import dev.slipway.inference.engine.ModelSource;
import dev.slipway.inference.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Trains with the original library on random data and compares what it predicts.
class XgBoostParityTest {
  private static final int FEATURES = 9;
  private static final int ROWS = 800;

  @TempDir Path directory;

  @ParameterizedTest(name = "{0} {1} {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # objective            | booster  | labels   | further
          reg:squarederror       | gbtree   | real     |
          reg:squarederror       | gbtree   | real     | base_score=3.5
          reg:squarederror       | gbtree   | real     | categories=1
          reg:squarederror       | gbtree   | real     | categories=1 max_cat_to_onehot=100
          reg:squarederror       | gbtree   | real     | num_parallel_tree=3 subsample=0.7
          reg:squarederror       | dart     | real     | rate_drop=0.3
          reg:squarederror       | gblinear | real     |
          reg:squaredlogerror    | gbtree   | positive |
          reg:pseudohubererror   | gbtree   | real     |
          reg:absoluteerror      | gbtree   | real     |
          reg:quantileerror      | gbtree   | real     | quantile_alpha=[0.2,0.5,0.9]
          reg:logistic           | gbtree   | two      |
          binary:logistic        | gbtree   | two      | max_depth=8
          binary:logistic        | dart     | two      | rate_drop=0.2
          binary:logistic        | gblinear | two      |
          binary:logistic        | gbtree   | two      | categories=1
          binary:logitraw        | gbtree   | two      |
          binary:hinge           | gbtree   | two      |
          multi:softprob         | gbtree   | three    | num_class=3
          multi:softprob         | gblinear | three    | num_class=3
          multi:softprob         | gbtree   | three    | num_class=3 multi_strategy=multi_output_tree
          multi:softmax          | gbtree   | three    | num_class=3
          multi:softprob         | dart     | three    | num_class=3 rate_drop=0.2
          rank:pairwise          | gbtree   | three    |
          rank:ndcg              | gbtree   | three    |
          count:poisson          | gbtree   | positive |
          survival:cox           | gbtree   | positive |
          reg:gamma              | gbtree   | positive |
          reg:tweedie            | gbtree   | positive |
          """)
  void answersAreTheOriginals(String objective, String booster, String labels, String further)
      throws Exception {
    long seed = System.nanoTime();
    System.out.println("XGBoost " + objective + " " + booster + ": seed " + seed);
    var random = new Random(seed);
    var settings = settings(objective, booster, further);
    boolean categories = settings.remove("categories") != null;
    var trained = matrix(random, categories, 0.1);
    try (var data = new Disposable(data(trained, categories))) {
      label(data.matrix(), random, labels, trained);
      var model = XGBoost.train(data.matrix(), settings, 20, Map.of(), null, null);
      boolean legacy = !categories && !settings.containsKey("multi_strategy");
      compare(model, matrix(random, categories, 0.2), categories, booster, legacy);
      model.dispose();
    }
  }

  private record Disposable(DMatrix matrix) implements AutoCloseable {
    @Override
    public void close() {
      matrix.dispose();
    }
  }

  private static Map<String, Object> settings(String objective, String booster, String further) {
    var settings = new HashMap<String, Object>();
    settings.put("objective", objective);
    settings.put("booster", booster);
    settings.put("max_depth", 5);
    settings.put("nthread", 1);
    settings.put("verbosity", 0);
    if (!booster.equals("gblinear")) {
      settings.put("tree_method", "hist");
    }
    for (var word : further == null ? new String[0] : further.split(" ", -1)) {
      var pair = word.split("=", 2);
      settings.put(pair[0], pair[1]);
    }
    return settings;
  }

  private static float[] matrix(Random random, boolean categories, double missing) {
    var x = new float[ROWS * FEATURES];
    for (int i = 0; i < x.length; i++) {
      boolean category = categories && i % FEATURES < 2;
      x[i] = category ? random.nextInt(40) : (float) (random.nextGaussian() * 2);
      if (random.nextDouble() < missing) {
        x[i] = Float.NaN;
      }
    }
    return x;
  }

  private static DMatrix data(float[] x, boolean categories) throws XGBoostError {
    var data = new DMatrix(x, x.length / FEATURES, FEATURES, Float.NaN);
    if (categories) {
      var types = new String[FEATURES];
      Arrays.fill(types, "q");
      types[0] = "c";
      types[1] = "c";
      data.setFeatureTypes(types);
    }
    return data;
  }

  private static void label(DMatrix data, Random random, String kind, float... x)
      throws XGBoostError {
    int rows = x.length / FEATURES;
    var labels = new float[rows];
    for (int row = 0; row < rows; row++) {
      float first = Float.isNaN(x[row * FEATURES]) ? 1 : x[row * FEATURES];
      float third = Float.isNaN(x[row * FEATURES + 2]) ? 1 : x[row * FEATURES + 2];
      double signal = first % 5 + third * 0.7 + random.nextGaussian() * 0.2;
      labels[row] =
          switch (kind) {
            case "real" -> (float) signal;
            case "positive" -> (float) Math.exp(signal / 5);
            case "two" -> signal > 0.5 ? 1 : 0;
            case "three" -> signal > 1.5 ? 2 : signal > 0 ? 1 : 0;
            default -> throw new IllegalArgumentException(kind);
          };
    }
    data.setLabel(labels);
  }

  private void compare(
      Booster original, float[] x, boolean categories, String booster, boolean legacy)
      throws Exception {
    try (var data = new Disposable(data(x, categories))) {
      for (var name : List.of("m.json", "m.ubj", "m.deprecated")) {
        if (!legacy && name.equals("m.deprecated")) {
          continue; // the binary form has neither categories nor vectors
        }
        var file = directory.resolve(name);
        original.saveModel(file.toString());
        var named = name.equals("m.deprecated") ? directory.resolve("old.model") : file;
        Files.move(file, named, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThat(new XgBoostEngine().recognises(named)).isTrue();
        try (var model = new XgBoostEngine().load(ModelSource.of("it", named))) {
          compare(original, data.matrix(), model, x, booster);
        }
        Files.delete(named);
      }
    }
  }

  private static void compare(
      Booster original, DMatrix data, LoadedModel model, float[] x, String booster)
      throws Exception {
    var input = Tensor.ofFloats("x", new long[] {x.length / FEATURES, FEATURES}, x);
    close("margin", ask(model, "output_margin", input), flat(original.predict(data, true)), 0);
    close("prediction", ask(model, "predict", input), flat(original.predict(data)), 0);
    if (!booster.equals("gblinear")) {
      var leaves = flat(original.predictLeaf(data, 0));
      var found = ask(model, "pred_leaf", input).ints();
      assertThat(found).hasSameSizeAs(leaves);
      for (int i = 0; i < leaves.length; i++) {
        assertThat(found[i]).isEqualTo((int) leaves[i]);
      }
    }
    if (model.signatures().containsKey("pred_contribs") && booster.equals("gbtree")) {
      var expected = flat(original.predictContrib(data, 0));
      var found = ask(model, "pred_contribs", input).floats();
      assertThat(found).hasSameSizeAs(expected);
      for (int i = 0; i < expected.length; i++) {
        assertThat(found[i]).as("contribution %d", i).isCloseTo(expected[i], within(2e-4f));
      }
    }
  }

  private static Tensor ask(LoadedModel model, String signature, Tensor input) {
    return model.infer(new Invocation(signature, List.of(input), List.of(), Map.of())).getFirst();
  }

  /// Compares the floats by their places among all floats.
  private static void close(String what, Tensor found, float[] expected, int units) {
    var values = found.floats();
    assertThat(values).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(Math.abs(place(values[i]) - place(expected[i])))
          .as("%s %d: %s where the original has %s", what, i, values[i], expected[i])
          .isLessThanOrEqualTo(units);
    }
  }

  private static int place(float value) {
    int bits = Float.floatToIntBits(value);
    return bits < 0 ? Integer.MIN_VALUE - bits : bits;
  }

  private static float[] flat(float[]... rows) {
    var values = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, values, i * rows[0].length, rows[0].length);
    }
    return values;
  }
}
