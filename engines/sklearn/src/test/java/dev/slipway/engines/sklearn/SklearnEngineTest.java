package dev.slipway.engines.sklearn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.inference.engine.Engine;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.engine.LoadedModel;
import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.engine.ModelSource;
import dev.slipway.inference.engine.Signature.Spec;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import dev.slipway.testkit.PythonKit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SklearnEngineTest {
  private static Path made = Path.of("");

  @TempDir private Path directory;

  @BeforeAll
  static void writeModels() {
    var module = PythonKit.root().resolve("engines/sklearn");
    made = module.resolve("target/engine");
    PythonKit.with(Agreement.SKLEARN.toArray(String[]::new))
        .run(module.resolve("src/test/python/pickles.py"), made.toString());
  }

  private static LoadedModel iris(Map<String, String> options) throws ModelLoadException {
    return new SklearnEngine()
        .load(new ModelSource("iris", made.resolve("model.pkl"), options, Long.MAX_VALUE));
  }

  private static Tensor row(double... values) {
    return Tensor.ofDoubles("x", new long[] {1, values.length}, values);
  }

  @Test
  void isFoundByTheServiceLoader() {
    assertThat(ServiceLoader.load(Engine.class).stream().map(each -> each.get().format()))
        .contains("sklearn");
  }

  @Test
  void saysWhatTheModelTakesAndGives() throws Exception {
    var model = iris(Map.of());

    assertThat(model.signatures().keySet())
        .containsExactly("predict", "predict_proba", "decision_function");
    assertThat(model.signatures().get("predict"))
        .isEqualTo(
            new dev.slipway.inference.engine.Signature(
                List.of(Spec.of("input-0", DataType.FP64, -1, 4)),
                List.of(Spec.of("output-0", DataType.INT64, -1))));
  }

  @Test
  void answersWithTheMethodAskedFor() throws Exception {
    var model = iris(Map.of());
    var x = row(6.8, 2.8, 4.8, 1.4);
    var call = new Invocation("predict_proba", List.of(x), List.of(), Map.of());

    assertThat(model.infer(Invocation.of(x)).getFirst().longs()).containsExactly(1);
    assertThat(model.infer(call).getFirst().shape()).containsExactly(1, 3);
    assertThat(iris(Map.of("PREDICT_PROBA", "true")).infer(Invocation.of(x)).getFirst().shape())
        .containsExactly(1, 3);
    var both = new Invocation("", List.of(x), List.of("predict", "predict_proba"), Map.of());
    assertThat(model.infer(both).stream().map(Tensor::name))
        .containsExactly("predict", "predict_proba");
    assertThatThrownBy(() -> iris(Map.of("method", "transform")))
        .hasMessageContaining("no method transform; it has predict, predict_proba");
  }

  @Test
  void takesColumnsOneByOne() throws Exception {
    var columns =
        List.of(
            Tensor.ofDoubles("a", new long[] {2}, new double[] {6.8, 5.1}),
            Tensor.ofDoubles("b", new long[] {2, 1}, new double[] {2.8, 3.5}),
            Tensor.ofFloats("c", new long[] {2}, new float[] {4.8f, 1.4f}),
            Tensor.ofFloats("d", new long[] {2}, new float[] {1.4f, 0.2f}));

    assertThat(iris(Map.of()).infer(Invocation.of(columns)).getFirst().longs())
        .containsExactly(1, 0);
  }

  @Test
  void refusesInputsInTheLibrarysOwnWords() throws Exception {
    var model = iris(Map.of());

    refuses(
        model, row(1, 2, 3), "X has 3 features, but LogisticRegression is expecting 4 features");
    refuses(model, row(1, 2, 3, Double.NaN), "Input X contains NaN.");
    refuses(model, row(1, 2, 3, Double.POSITIVE_INFINITY), "Input X contains infinity");
    refuses(model, row(1, 2, 3, 4).shaped(4), "Expected 2D array, got 1D array instead");
    refuses(
        model,
        Tensor.ofDoubles("x", new long[] {0, 4}, new double[0]),
        "Found array with 0 sample(s)");
    refuses(
        model,
        Tensor.ofStrings("x", new long[] {1, 4}, "1", "2", "three", "4"),
        "\"three\" is no number");
  }

  private static void refuses(LoadedModel model, Tensor input, String message) {
    assertThatThrownBy(() -> model.infer(Invocation.of(input)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
  }

  @Test
  void takesADirectoryWithOneModelOnly() throws Exception {
    var engine = new SklearnEngine();
    assertThat(engine.recognises(directory)).isFalse();
    assertThatThrownBy(() -> engine.load(ModelSource.of("m", directory)))
        .hasMessageContaining("Missing Model File");

    Files.copy(made.resolve("model.pkl"), directory.resolve("model.pkl"));
    assertThat(engine.recognises(directory)).isTrue();
    assertThat(engine.load(ModelSource.of("m", directory)).platform()).isEqualTo("sklearn");

    Files.copy(made.resolve("model.joblib"), directory.resolve("model.joblib"));
    assertThatThrownBy(() -> engine.load(ModelSource.of("m", directory)))
        .hasMessageContaining("More than one model file is detected")
        .hasMessageContaining("[model.joblib, model.pkl]");
  }

  @Test
  void namesTheClassItCannotEvaluate() {
    assertThatThrownBy(
            () -> new SklearnEngine().load(ModelSource.of("m", made.resolve("values-4.pkl"))))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("expected a scikit-learn estimator");
  }
}
