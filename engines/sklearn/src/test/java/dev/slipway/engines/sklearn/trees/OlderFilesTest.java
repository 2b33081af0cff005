package dev.slipway.engines.sklearn.trees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.base.Json;
import dev.slipway.engines.sklearn.Agreement;
import dev.slipway.engines.sklearn.Estimator;
import dev.slipway.engines.sklearn.Estimators;
import dev.slipway.engines.sklearn.Frame;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.NdArray;
import dev.slipway.engines.sklearn.pickle.PickleFile;
import dev.slipway.engines.sklearn.pickle.PickleLimits;
import dev.slipway.engines.sklearn.pickle.PyGlobal;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.inference.engine.InvalidInputException;
import java.nio.file.Files;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Files as earlier versions of scikit-learn wrote them, made from new ones, and refusals.
class OlderFilesTest {
  private static final long SEED = 3;

  private static PyObject model(String script, String name) throws Exception {
    var directory = Agreement.of(script, Agreement.SKLEARN).directory();
    for (var each : Json.parse(Files.readAllBytes(directory.resolve("index.json")))) {
      if (each.get("name").asString().equals(name)) {
        var file = directory.resolve(each.get("model").asString());
        return object(PickleFile.read(file, PickleLimits.of(Long.MAX_VALUE)));
      }
    }
    throw new AssertionError("no model " + name);
  }

  private static PyObject object(@Nullable Object value) {
    if (value instanceof PyObject object) {
      return object;
    }
    throw new AssertionError("no object: " + value);
  }

  private static Frame rows(int columns) {
    var random = new Random(SEED);
    var values = random.doubles(200L * columns, 0, 8).toArray();
    return new Frame.Dense(new Matrix(values, 200, columns));
  }

  private static Matrix probabilities(PyObject model, Frame x) {
    return ((Estimator.Probabilities) Estimators.standard().read(model)).predictProba(x);
  }

  @Test
  void countsInLeavesBecomeShares() throws Exception {
    var model = model("trees.py", "forest of names");
    var expected = probabilities(model, rows(4));
    for (var tree : model.list("estimators_")) {
      counted(object(tree).object("tree_"));
    }
    model.attributes().put("n_features_", model.attributes().remove("n_features_in_"));
    var found = probabilities(model, rows(4));
    for (int i = 0; i < expected.values().length; i++) {
      assertThat(found.values()[i])
          .isCloseTo(expected.values()[i], org.assertj.core.data.Offset.offset(1e-12));
    }
  }

  private static void counted(PyObject tree) {
    var shares = tree.array("values");
    var samples = tree.array("nodes").field("weighted_n_node_samples").doubles();
    var counts = shares.doubles().clone();
    int width = counts.length / samples.length;
    for (int i = 0; i < counts.length; i++) {
      counts[i] *= samples[i / width];
    }
    tree.attributes().put("values", new NdArray("f8", shares.shape(), counts));
  }

  @Test
  void calibratedClassifiersMayNameTheirEstimatorAsBefore() throws Exception {
    var model = model("meta.py", "calibrated sigmoid {} DecisionTreeClassifier");
    var expected = probabilities(model, rows(4));
    for (var member : model.list("calibrated_classifiers_")) {
      var attributes = object(member).attributes();
      attributes.put("base_estimator", attributes.remove("estimator"));
    }
    assertThat(probabilities(model, rows(4)).values()).isEqualTo(expected.values());
  }

  @Test
  void sammeRAddsLogarithmsOfProbabilities() throws Exception {
    var model = model("meta.py", "AdaBoost of names");
    model.attributes().put("algorithm", "SAMME.R");
    model.attributes().put("_sklearn_version", "1.3.2");
    var member = model.list("estimators_").getFirst();
    model.attributes().put("estimators_", List.of(object(member)));
    model
        .attributes()
        .put("estimator_weights_", new NdArray("f8", new int[] {1}, new double[] {1}));
    var shares = probabilities(object(member), rows(4));
    var found = ((Estimator.Decisions) Estimators.standard().read(model)).decisionFunction(rows(4));
    for (int row = 0; row < shares.rows(); row++) {
      double mean = 0;
      for (int i = 0; i < 3; i++) {
        mean += Math.log(Math.max(shares.at(row, i), 0x1p-52)) / 3;
      }
      double first = 2 * (Math.log(Math.max(shares.at(row, 0), 0x1p-52)) - mean);
      assertThat(found.at(row, 0)).isCloseTo(first, org.assertj.core.data.Offset.offset(1e-9));
    }
  }

  @Test
  void aFunctionInPlaceOfALossIsRefusedByName() throws Exception {
    var model = model("trees.py", "histogram regression poisson");
    model.attributes().put("loss", new PyGlobal("mine", "loss"));
    assertThatThrownBy(() -> Estimators.standard().read(model))
        .isInstanceOf(UnsupportedEstimatorException.class)
        .hasMessageContaining("HistGradientBoostingRegressor")
        .hasMessageContaining("mine.loss")
        .hasMessageContaining("ONNX");
  }

  @Test
  void missingValuesAreRefusedWhereScikitLearnRefusesThem() throws Exception {
    var model = Estimators.standard().read(model("trees.py", "boosting of names"));
    var x = new Frame.Dense(new Matrix(new double[] {1, 2, Double.NaN, 4}, 1, 4));
    assertThatThrownBy(() -> ((Estimator.Predictor) model).predict(x))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "row 0, column 2: GradientBoostingClassifier takes no missing values, found NaN");
  }

  @Test
  void aRowOfAnotherWidthIsRefused() throws Exception {
    var model = Estimators.standard().read(model("trees.py", "forest of names"));
    assertThatThrownBy(() -> ((Estimator.Predictor) model).predict(rows(3)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("RandomForestClassifier takes 4 features a row, found 3");
  }
}
