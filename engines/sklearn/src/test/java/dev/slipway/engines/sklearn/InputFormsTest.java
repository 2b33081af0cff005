package dev.slipway.engines.sklearn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.engine.LoadedModel;
import dev.slipway.inference.engine.ModelSource;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import dev.slipway.testkit.PythonKit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests in the forms users send them, through the engine's door.
final class InputFormsTest {
  private static Path made = Path.of("");

  @BeforeAll
  static void writeModels() {
    var module = PythonKit.root().resolve("engines/sklearn");
    made = module.resolve("target/inputs");
    PythonKit.with(Agreement.SKLEARN.toArray(String[]::new))
        .run(module.resolve("src/test/python/inputs.py"), made.toString());
  }

  private static LoadedModel model(String name) throws Exception {
    return new SklearnEngine().load(ModelSource.of("m", made.resolve(name + ".joblib")));
  }

  private static double[] answer(String model, Tensor... inputs) throws Exception {
    return model(model).infer(Invocation.of(List.of(inputs))).getFirst().asDoubles();
  }

  private static Tensor numbers(String name, double... values) {
    return Tensor.ofDoubles(name, new long[] {values.length}, values);
  }

  private static Tensor texts(String name, String... values) {
    return Tensor.ofStrings(name, new long[] {values.length}, values);
  }

  private static Tensor holed() {
    return Tensor.ofDoubles("x", new long[] {1, 4}, new double[] {5, Double.NaN, 1.4, 0.2});
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hist",
        "lightgbm",
        "tree",
        "bagging",
        "voting",
        "stacking",
        "search",
        "calibrated",
        "one-vs-rest",
        "one-vs-one",
        "last of a pipeline",
        "imputed",
        "search of a pipeline",
        "outputs"
      })
  void takesMissingValuesWhereScikitLearnDoes(String name) throws Exception {
    assertThat(answer("missing " + name, holed())[0]).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"refuses", "voting refuses", "pipeline refuses", "chain refuses"})
  void refusesMissingValuesWhereScikitLearnDoes(String name) {
    assertThatThrownBy(() -> answer("missing " + name, holed()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("Input X contains NaN");
  }

  static Stream<Arguments> forms() {
    var one = new long[] {1, 1};
    var pair = new long[] {1, 2};
    var bit = new byte[] {1};
    return Stream.of(
        row("a whole number", "whole", List.of(numbers("x", 2).shaped(1, 1)), 0, 1, 0),
        row("an integer", "whole", List.of(Tensor.ofLongs("x", one, new long[] {2})), 0, 1, 0),
        row("a number as text", "whole", List.of(texts("x", "2")), 0, 1, 0),
        row("a number as text, 2.0", "whole", List.of(texts("x", "2.0")), 0, 1, 0),
        row("a text", "text", List.of(texts("x", "2")), 0, 1, 0),
        row("a text, [n, 1]", "text", List.of(texts("x", "2").shaped(1, 1)), 0, 1, 0),
        row("null among texts", "none", List.of(texts("x", "")), 0, 0, 1),
        row("a truth", "truth", List.of(Tensor.of("x", DataType.BOOL, one, bit)), 0, 1),
        row("a truth as number", "truth", List.of(numbers("x", 1).shaped(1, 1)), 0, 1),
        row("numbers", "line", List.of(numbers("x", 4, 0).shaped(1, 2)), 8),
        row("numbers as texts", "line", List.of(texts("x", "4", " 0.0 ").shaped(1, 2)), 8),
        row("float32", "line", List.of(Tensor.ofFloats("x", pair, new float[] {4, 0})), 8),
        row("columns", "line", List.of(numbers("a", 4), numbers("b", 0)), 8),
        row(
            "mixed",
            "line",
            List.of(texts("a", "4"), Tensor.of("b", DataType.BOOL, one, new byte[1])),
            8),
        row("documents", "words", List.of(texts("x", "good day", "bad")), 1, 0),
        row("documents, [n, 1]", "words", List.of(texts("x", "good", "bad").shaped(2, 1)), 1, 0));
  }

  private static Arguments row(String why, String model, List<Tensor> inputs, double... expected) {
    return Arguments.of(why, model, inputs, expected);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forms")
  void takesValuesInTheFormTheyCome(
      String why, String model, List<Tensor> inputs, double... expected) throws Exception {
    var found = answer(model, inputs.toArray(Tensor[]::new));

    assertThat(found).as(why).containsExactly(expected, org.assertj.core.data.Offset.offset(1e-9));
  }

  @Test
  void takesColumnsByNameInAnyOrderWithOthersAmongThem() throws Exception {
    var city = texts("city", "b", "");
    var age = numbers("age", 2, Double.NaN);
    var note = texts("note", "y", "z");
    var extra = texts("extra", "p", "q");

    assertThat(answer("table", city, age, note)).containsExactly(1, 2);
    assertThat(answer("table", extra, note, age.shaped(2, 1), city)).containsExactly(1, 2);
    assertThat(answer("table calibrated", note, age, city)).containsExactly(1, 2);
    assertThatThrownBy(() -> answer("table", city, age)).hasMessageContaining("note");
    assertThatThrownBy(() -> answer("table", city)).hasMessageContaining("age, note");
  }

  @Test
  void refusesWhatHasNoNumber() {
    assertThatThrownBy(() -> answer("line", texts("x", "4", "").shaped(1, 2)))
        .hasMessageContaining("Input X contains NaN");
    assertThatThrownBy(() -> answer("line", texts("x", "4", "many").shaped(1, 2)))
        .hasMessageContaining("\"many\" is no number");
    assertThatThrownBy(() -> answer("text", numbers("x", 2).shaped(1, 1)))
        .hasMessageContaining("Found unknown categories [2.0] in column 0");
  }

  @Test
  void countsWhatAModelTakesNotWhatItsFileDoes() throws Exception {
    long packed = model("packed").memoryBytes();

    assertThat(packed).isEqualTo(model("plain").memoryBytes());
    assertThat(packed).isGreaterThan(3 * Files.size(made.resolve("packed.joblib")));
  }
}
