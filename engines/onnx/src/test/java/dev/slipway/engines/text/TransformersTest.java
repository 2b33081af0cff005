package dev.slipway.engines.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.base.Json;
import dev.slipway.inference.codec.v1.V1ResponseWriter;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.engine.LoadedModel;
import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.engine.ModelSource;
import dev.slipway.inference.tensor.Tensor;
import dev.slipway.testkit.PythonKit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Models of Hugging Face's transformers, tokenizers trained by its own library: answers are those
/// of KServe's `huggingfaceserver`.
class TransformersTest {
  private static final double CLOSE = 1e-4;
  private static final Path MODELS = models();

  private static Path models() {
    var module = PythonKit.root().resolve("engines/onnx");
    var directory = module.resolve("target/models/transformers");
    PythonKit.with("torch==2.13.0", "transformers==5.18.0", "onnx==1.23.1")
        .run(module.resolve("src/test/python/transformers_models.py"), directory.toString());
    return directory;
  }

  private static LoadedModel load(String name, Map<String, String> options) throws Exception {
    return new TextEngine().load(new ModelSource("m", MODELS.resolve(name), options, 1L << 40));
  }

  private static JsonNode json(String name, String file) throws Exception {
    return Json.parse(Files.readAllBytes(MODELS.resolve(name).resolve(file)));
  }

  private static Tensor texts(JsonNode details) {
    var texts = details.path("texts").valueStream().map(JsonNode::stringValue).toList();
    return Tensor.ofStrings("text", new long[] {texts.size()}, texts.toArray(String[]::new));
  }

  private static List<Tensor> ask(LoadedModel model, String signature, Tensor texts) {
    return model.infer(new Invocation(signature, List.of(texts), List.of(), Map.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert-tokens", "bert-mask", "roberta-mask", "unigram-mask"})
  void predictionsAreThoseOfTheOriginal(String name) throws Exception {
    try (var model = load(name, Map.of())) {
      var answer = ask(model, "", texts(json(name, "details.json")));
      assertThat(answer).singleElement().extracting(Tensor::name).isEqualTo("output-0");
      assertThat(Json.parse(V1ResponseWriter.write(answer)))
          .isEqualTo(json(name, "predictions.json"));
    }
  }

  @Test
  void tokensAreClassifiedWithTheirScores() throws Exception {
    var expected = json("bert-tokens", "details.json");
    try (var model = load("bert-tokens", Map.of("return_probabilities", ""))) {
      var answer = ask(model, "", texts(expected));
      assertThat(answer).extracting(Tensor::name).containsExactly("tokens", "labels", "scores");
      same(answer.get(0), expected.path("tokens"));
      same(answer.get(1), expected.path("labels"));
      close(answer.get(2), expected.path("scores"));
    }
  }

  private static void same(Tensor texts, JsonNode rows) {
    int width = (int) texts.shape()[1];
    for (int i = 0; i < texts.size(); i++) {
      assertThat(texts.text(i)).isEqualTo(rows.path(i / width).path(i % width).stringValue());
    }
  }

  private static void close(Tensor scores, JsonNode rows) {
    var shape = scores.shape();
    for (int i = 0; i < scores.size(); i++) {
      int token = i / (int) shape[2];
      var row = rows.path(token / (int) shape[1]).path(token % (int) shape[1]);
      assertThat((double) scores.floats()[i])
          .isCloseTo(row.path(i % (int) shape[2]).doubleValue(), within(CLOSE));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert-mask", "roberta-mask", "unigram-mask"})
  void candidatesForEachMaskAreThoseOfTheOriginal(String name) throws Exception {
    var expected = json(name, "details.json");
    try (var model = load(name, Map.of())) {
      var answer = ask(model, "predict_proba", texts(expected));
      var shape = answer.getFirst().shape();
      assertThat(shape).containsExactly(5, 3, 5);
      for (int i = 0; i < answer.getFirst().size(); i++) {
        int place = i / 5;
        var row = expected.path("token_ids").path(place / 3).path(place % 3);
        if (row.isMissingNode()) {
          assertThat(answer.get(0).text(i)).isEmpty();
          assertThat(answer.get(1).longs()[i]).isEqualTo(-1);
          assertThat(answer.get(2).floats()[i]).isZero();
        } else {
          var token = expected.path("tokens").path(place / 3).path(place % 3).path(i % 5);
          var score = expected.path("scores").path(place / 3).path(place % 3).path(i % 5);
          assertThat(answer.get(0).text(i)).isEqualTo(token.stringValue());
          assertThat(answer.get(1).longs()[i]).isEqualTo(row.path(i % 5).longValue());
          assertThat((double) answer.get(2).floats()[i])
              .isCloseTo(score.doubleValue(), within(CLOSE));
        }
      }
    }
  }

  @Test
  void aTextWithoutAMaskIsRefused() throws Exception {
    try (var model = load("bert-mask", Map.of())) {
      var texts = Tensor.ofStrings("text", new long[] {2}, "The [MASK].", "nothing to fill");
      assertThatThrownBy(() -> ask(model, "", texts))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("input \"text\": element 1 has no [MASK] to be filled");
    }
  }

  @Test
  void otherTasksAreRefusedByName() {
    assertThatThrownBy(
            () ->
                new TextEngine()
                    .load(
                        new ModelSource(
                            "m",
                            MODELS.resolve("bert-tokens"),
                            Map.of("task", "text-generation"),
                            1L << 40)))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("token_classification or fill_mask");
  }

  @Test
  void noTextsAreNoAnswers() throws Exception {
    var none = Tensor.ofStrings("text", new long[] {0});
    try (var tokens = load("bert-tokens", Map.of());
        var mask = load("bert-mask", Map.of())) {
      assertThat(ask(tokens, "", none).getFirst().shape()).containsExactly(0, 1, 0);
      assertThat(ask(mask, "", none).getFirst().shape()).containsExactly(0);
    }
  }
}
