package dev.slipway.engines.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.engine.LoadedModel;
import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.engine.ModelSource;
import dev.slipway.inference.tensor.DataType;
import dev.slipway.inference.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TextEngineTest {
  private static final int DIMENSION = 384;

  private static LoadedModel model;

  @BeforeAll
  static void load() throws ModelLoadException {
    model = new TextEngine().load(ModelSource.of("minilm", MiniLm.directory()));
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static float[][] embed(String... texts) {
    var answer =
        model.infer(Invocation.of(Tensor.ofStrings("text", new long[] {texts.length}, texts)));
    assertThat(answer).hasSize(1);
    var tensor = answer.getFirst();
    assertThat(tensor.name()).isEqualTo("embedding");
    assertThat(tensor.shape()).containsExactly(texts.length, DIMENSION);
    var rows = new float[texts.length][DIMENSION];
    for (int i = 0; i < texts.length; i++) {
      System.arraycopy(tensor.floats(), i * DIMENSION, rows[i], 0, DIMENSION);
    }
    return rows;
  }

  private static double cosine(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  @Test
  void likeMeaningsAreNearAndOthersFar() {
    var rows =
        embed("A cat sits on the mat.", "A kitten rests on a rug.", "Interest rates rose by 2%.");
    assertThat(cosine(rows[0], rows[0])).isCloseTo(1, within(1e-5));
    assertThat(cosine(rows[0], rows[1])).isGreaterThan(0.5);
    assertThat(cosine(rows[0], rows[2])).isLessThan(0.2);
  }

  @Test
  void textsOfOtherLengthsBesideItDoNotChangeAnAnswerMuch() {
    var alone = embed("A short one.")[0];
    var beside =
        embed("A short one.", "A much longer text ".repeat(40), "", "middle sized text here");
    assertThat(cosine(alone, beside[0])).isGreaterThan(0.98); // the quantisation sees the batch
    assertThat(cosine(alone, beside[1])).isLessThan(0.7);
  }

  @Test
  void usageCountsTokensWithTheSpecialOnes() {
    var text = Tensor.ofStrings("anything", new long[] {2, 1}, "hello world", "");
    var answer = model.infer(new Invocation("usage", List.of(text), List.of(), Map.of()));
    assertThat(answer.get(1).name()).isEqualTo("token_count");
    assertThat(answer.get(1).longs()).containsExactly(4, 2);
  }

  @Test
  void noTextsAreNoRows() {
    var none = Tensor.of("text", DataType.BYTES, new long[] {0}, new byte[0][]);
    assertThat(model.infer(Invocation.of(none)).getFirst().shape()).containsExactly(0, DIMENSION);
  }

  @Test
  void numbersAreRefused() {
    var numbers = Tensor.ofFloats("text", new long[] {1, 4}, new float[4]);
    assertThatThrownBy(() -> model.infer(Invocation.of(numbers)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("input \"text\": expected BYTES of shape [-1], found FP32 of shape [1, 4]");
  }

  @Test
  void directoryIsRecognised() {
    assertThat(new TextEngine().recognises(MiniLm.directory())).isTrue();
    assertThat(new TextEngine().recognises(MiniLm.directory().resolve("onnx"))).isFalse();
    assertThat(model.batchable()).isTrue();
  }

  @Test
  void unservedTaskIsRefusedByName() {
    var source =
        new ModelSource("m", MiniLm.directory(), Map.of("task", "text-generation"), Long.MAX_VALUE);
    assertThatThrownBy(() -> new TextEngine().load(source))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("option task: found \"text-generation\"");
  }
}
