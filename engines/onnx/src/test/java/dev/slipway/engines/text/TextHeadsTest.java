package dev.slipway.engines.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.engines.onnx.PythonModels;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.engine.ModelSource;
import dev.slipway.inference.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is made of a graph's numbers. Token `i` is the vector `(i, -i, i / 4, 1 - i)`; the words
/// are tokens 5 to 7, between `[CLS]`, 2, and `[SEP]`, 3.
class TextHeadsTest {
  private static final double EXACT = 1e-6;

  @TempDir Path directory;

  @BeforeEach
  void words() throws Exception {
    Files.writeString(
        directory.resolve("vocab.txt"), "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\ngood\nbad\nfilm\n");
  }

  private List<Tensor> ask(
      String graph, String config, Map<String, String> options, String signature, String... texts)
      throws Exception {
    Files.copy(
        PythonModels.directory().resolve(graph).resolve("model.onnx"),
        directory.resolve("model.onnx"));
    Files.writeString(directory.resolve("config.json"), config);
    var source = new ModelSource("m", directory, options, Long.MAX_VALUE);
    try (var model = new TextEngine().load(source)) {
      var text = Tensor.ofStrings("text", new long[] {texts.length}, texts);
      return model.infer(new Invocation(signature, List.of(text), List.of(), Map.of()));
    }
  }

  @ParameterizedTest(name = "{0} {1}: {6}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          cls  | false | 2           | -2           | 0.5        | -1           | of [CLS] alone
          last | false | 3           | -3           | 0.75       | -2           | of [SEP] alone
          max  | false | 7           | -2           | 1.75       | -1           | each number's greatest
          mean | false | 4.25        | -4.25        | 1.0625     | -3.25        | of 2, 5, 7 and 3
          mean | true  | 0.614611191 | -0.614611191 | 0.153652798 | -0.469996793 | of length one
          """)
  void pooling(String how, boolean normal, double a, double b, double c, double d, String why)
      throws Exception {
    var options = Map.of("pooling", how, "normalize", "" + normal);
    var answer =
        ask("text-vectors", "{}", options, "", "good film", "bad bad bad good film").getFirst();
    assertThat(answer.shape()).containsExactly(2, 4);
    var expected = new double[] {a, b, c, d};
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) answer.floats()[i]).as(why).isCloseTo(expected[i], within(EXACT));
    }
  }

  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
                  | 0.9994472 | softmax of 10, -10 and 2.5, the sums of tokens 2, 5 and 3
          softmax | 0.9994472 | the same by name
          sigmoid | 0.9999546 | each by itself
          none    | 10.0      | as the graph has it
          """)
  void classes(@Nullable String function, double score, String why) throws Exception {
    var options = new HashMap<String, String>();
    if (function != null) {
      options.put("function_to_apply", function);
    }
    var config =
        """
        {"architectures": ["XForSequenceClassification"],
         "id2label": {"0": "yes", "1": "no", "2": "maybe"}}
        """;
    var answer = ask("text-classes", config, options, "", "good", "bad film");
    assertThat(answer.get(0).text(0)).isEqualTo("yes");
    assertThat((double) answer.get(1).floats()[0]).as(why).isCloseTo(score, within(EXACT));
  }

  @Test
  void classesAreNumbersWhereThoseAreAskedFor() throws Exception {
    var config = "{\"architectures\": [\"XForSequenceClassification\"]}";
    var answer = ask("text-classes", config, Map.of("answer", "index"), "", "good", "bad film");
    assertThat(answer).singleElement().extracting(Tensor::name).isEqualTo("output-0");
    assertThat(answer.getFirst().longs()).containsExactly(0, 0);
  }

  @Test
  void masksAreNotFilledWithoutATokenForThem() throws Exception {
    Files.writeString(
        directory.resolve("vocab.txt"), "[PAD]\n[UNK]\n[CLS]\n[SEP]\ngood\nbad\nfilm\n");
    assertThatThrownBy(
            () -> ask("text-vectors", "{}", Map.of("task", "fill_mask"), "", "good film"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("found no mask_token in tokenizer_config.json");
  }

  @Test
  void tokensAreNotClassifiedByAGraphThatAnswersOnceForAText() {
    assertThatThrownBy(
            () -> ask("text-classes", "{}", Map.of("task", "token_classification"), "", "good"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessage(
            "the graph's output \"logits\" has the shape [-1, 3], expected [texts, tokens,"
                + " scores]");
  }
}
