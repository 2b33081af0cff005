package dev.slipway.engines.lightgbm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.engines.lightgbm.Originals.Case;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.engine.ModelSource;
import dev.slipway.inference.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class LightGbmParityTest {
  private static List<Case> cases() {
    return Originals.cases();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void answersAreTheOriginalsToTheLastBit(Case original) throws Exception {
    try (var model = new LightGbmEngine().load(ModelSource.of("it", original.file()))) {
      int rows = original.rows();
      var x = original.doubles("x");
      var input = Tensor.ofDoubles("x", new long[] {rows, x.length / rows}, x);
      same(ask(model, "raw_score", input), original.doubles("raw"), "raw score");
      var predictions = ask(model, "", input);
      if (original.name().equals("cross_entropy_lambda")) {
        assertThat(predictions.doubles()) // log1p is not glibc's
            .usingComparatorWithPrecision(1e-15)
            .containsExactly(original.doubles("predict"));
      } else {
        same(predictions, original.doubles("predict"), "prediction");
      }
      assertThat(widened(ask(model, "pred_leaf", input).ints()))
          .isEqualTo(original.doubles("leaf"));
      if (original.contrib()) {
        var expected = original.doubles("contrib");
        var found = ask(model, "pred_contrib", input.rows(0, 200)).doubles();
        for (int i = 0; i < expected.length; i++) {
          double tolerance = 1e-12 * Math.max(1, Math.abs(expected[i]));
          assertThat(found[i]).as("contribution %d", i).isCloseTo(expected[i], within(tolerance));
        }
      }
    }
  }

  private static Tensor ask(
      dev.slipway.inference.engine.LoadedModel model, String signature, Tensor input) {
    var call = new Invocation(signature, List.of(input), List.of(), java.util.Map.of());
    return model.infer(call).getFirst();
  }

  private static void same(Tensor found, double[] expected, String what) {
    var values = found.doubles();
    assertThat(values).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      // boxed, so that NaN equals NaN
      assertThat(values[i]).as("%s %d", what, i).isEqualTo(Double.valueOf(expected[i]));
    }
  }

  private static double[] widened(int... values) {
    return Arrays.stream(values).asDoubleStream().toArray();
  }

  @Test
  void dataFrame_textsAndNumbersBecomeTheirCategories() throws Exception {
    var table = Originals.json("frame.json");
    var expected = numbers(table.get("predict"));
    int rows = expected.length;
    var inputs = new ArrayList<Tensor>();
    var colours = table.get("colour").values().stream().map(JsonNode::stringValue);
    inputs.add(Tensor.ofDoubles("price paid", new long[] {rows}, numbers(table.get("price paid"))));
    inputs.add(Tensor.ofStrings("colour", new long[] {rows, 1}, colours.toArray(String[]::new)));
    inputs.add(Tensor.ofDoubles("size", new long[] {rows, 1}, numbers(table.get("size"))));
    inputs.add(
        Tensor.ofLongs(
            "doors",
            new long[] {rows},
            Arrays.stream(numbers(table.get("doors"))).mapToLong(d -> (long) d).toArray()));
    var source = ModelSource.of("frame", Originals.path("frame.txt"));
    try (var model = new LightGbmEngine().load(source)) {
      same(model.infer(Invocation.of(inputs)).getFirst(), expected, "prediction");
    }
  }

  private static double[] numbers(JsonNode array) {
    return array.values().stream()
        .mapToDouble(node -> node.isNull() ? Double.NaN : node.doubleValue())
        .toArray();
  }

  @Test
  void firstIterations_areWhatTheyWereAlone() throws Exception {
    var model = LightGbmReader.read(Originals.text("multiclass.txt"));
    var part = model.first(7);
    assertThat(part.iterations()).isEqualTo(7);
    assertThat(part.trees()).isEqualTo(21);
    assertThat(model.first(-1)).isSameAs(model);
  }
}
