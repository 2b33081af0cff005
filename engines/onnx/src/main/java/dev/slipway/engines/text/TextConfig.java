package dev.slipway.engines.text;

import dev.slipway.base.Json;
import dev.slipway.inference.engine.ModelLoadException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// What the files of a text model's directory say about it, options first.
///
/// @param labels of a classifier, in the order of its scores
/// @param mostTokens of one text; 0 where nothing says
/// @param everything whether all scores are answered to who asks for nothing
/// @param numbered whether the class of a text is answered by its number, as KServe does
record TextConfig(
    Task task,
    Pooling pooling,
    boolean normalise,
    List<String> labels,
    Scores scores,
    int mostTokens,
    boolean everything,
    boolean numbered) {

  /// What a model does with a text.
  enum Task {
    EMBEDDING,
    CLASSIFICATION,
    /// A class for each token.
    TOKENS,
    /// The tokens that masked ones stand for.
    MASK
  }

  /// Which of the tokens' vectors stand for the text.
  enum Pooling {
    MEAN,
    MEAN_SQRT,
    CLS,
    LAST,
    MAX
  }

  /// What becomes of a classifier's numbers.
  enum Scores {
    SOFTMAX,
    SIGMOID,
    RAW
  }

  TextConfig {
    labels = List.copyOf(labels);
  }

  /// @throws ModelLoadException for a task that is not served, or an option that is none
  static TextConfig read(Path directory, Map<String, String> options) throws ModelLoadException {
    var config = TokenizerReader.json(directory.resolve("config.json"));
    var modules = TokenizerReader.json(directory.resolve("modules.json"));
    var labels = labels(config);
    return new TextConfig(
        task(config, modules, options),
        pooling(directory, options),
        normalise(modules, options),
        labels,
        scores(config, labels, options),
        mostTokens(directory, config, options),
        everything(options),
        numbered(options));
  }

  /// What a class is called.
  String label(int index) {
    return index < labels.size() ? labels.get(index) : "LABEL_" + index;
  }

  private static Task task(JsonNode config, JsonNode modules, Map<String, String> options)
      throws ModelLoadException {
    var asked = option(options, "task", "");
    if (!asked.isEmpty()) {
      return switch (asked.replace('-', '_')) {
        case "text_embedding", "embedding", "feature_extraction", "sentence_similarity", "embed" ->
            Task.EMBEDDING;
        case "sequence_classification", "text_classification", "sentiment_analysis", "score" ->
            Task.CLASSIFICATION;
        case "token_classification", "ner" -> Task.TOKENS;
        case "fill_mask" -> Task.MASK;
        default -> throw unserved("option task: found \"" + asked + "\"");
      };
    }
    if (modules.isArray() && !modules.isEmpty()) {
      return Task.EMBEDDING;
    }
    var architecture = config.path("architectures").path(0).asString("");
    for (var other :
        List.of(
            "ForCausalLM",
            "ForQuestionAnswering",
            "ForConditionalGeneration",
            "ForMultipleChoice")) {
      if (architecture.endsWith(other)) {
        throw unserved("config.json: found architecture \"" + architecture + "\"");
      }
    }
    if (architecture.endsWith("ForTokenClassification")) {
      return Task.TOKENS;
    }
    if (architecture.endsWith("ForMaskedLM")) {
      return Task.MASK;
    }
    return architecture.endsWith("ForSequenceClassification")
        ? Task.CLASSIFICATION
        : Task.EMBEDDING;
  }

  private static ModelLoadException unserved(String found) {
    return new ModelLoadException(
        found
            + ", expected text_embedding, sequence_classification, token_classification or"
            + " fill_mask (for other tasks serve the .onnx file with format onnx)");
  }

  private static Pooling pooling(Path directory, Map<String, String> options)
      throws ModelLoadException {
    var asked = option(options, "pooling", option(options, "pooling_mode", ""));
    if (!asked.isEmpty()) {
      return switch (asked) {
        case "mean" -> Pooling.MEAN;
        case "cls" -> Pooling.CLS;
        case "max" -> Pooling.MAX;
        case "last", "lasttoken" -> Pooling.LAST;
        default ->
            throw new ModelLoadException(
                "option pooling: found \"" + asked + "\", expected mean, cls, max or last");
      };
    }
    var json = TokenizerReader.json(directory.resolve("1_Pooling").resolve("config.json"));
    if (json.path("pooling_mode_cls_token").asBoolean(false)) {
      return Pooling.CLS;
    }
    if (json.path("pooling_mode_max_tokens").asBoolean(false)) {
      return Pooling.MAX;
    }
    if (json.path("pooling_mode_lasttoken").asBoolean(false)) {
      return Pooling.LAST;
    }
    return json.path("pooling_mode_mean_sqrt_len_tokens").asBoolean(false)
        ? Pooling.MEAN_SQRT
        : Pooling.MEAN;
  }

  /// As `modules.json` says; without one vectors are of length one, as KServe's server gives them.
  private static boolean normalise(JsonNode modules, Map<String, String> options) {
    var asked = option(options, "normalize", "");
    if (!asked.isEmpty()) {
      return truth(asked);
    }
    if (!modules.isArray() || modules.isEmpty()) {
      return true;
    }
    for (var module : modules) {
      if (Json.text(module, "type").endsWith("Normalize")) {
        return true;
      }
    }
    return false;
  }

  private static List<String> labels(JsonNode config) {
    var names = config.path("id2label");
    var labels = new ArrayList<String>();
    for (int i = 0; names.has(Integer.toString(i)); i++) {
      labels.add(names.path(Integer.toString(i)).asString(""));
    }
    return labels;
  }

  /// As the text-classification pipeline decides.
  private static Scores scores(JsonNode config, List<String> labels, Map<String, String> options)
      throws ModelLoadException {
    var asked = option(options, "function_to_apply", "");
    if (!asked.isEmpty()) {
      return switch (asked) {
        case "softmax" -> Scores.SOFTMAX;
        case "sigmoid" -> Scores.SIGMOID;
        case "none" -> Scores.RAW;
        default ->
            throw new ModelLoadException(
                "option function_to_apply: found \""
                    + asked
                    + "\", expected softmax, sigmoid or none");
      };
    }
    return switch (Json.text(config, "problem_type")) {
      case "regression" -> Scores.RAW;
      case "multi_label_classification" -> Scores.SIGMOID;
      default -> labels.size() == 1 ? Scores.SIGMOID : Scores.SOFTMAX;
    };
  }

  private static int mostTokens(Path directory, JsonNode config, Map<String, String> options)
      throws ModelLoadException {
    var asked = option(options, "max_length", option(options, "max_seq_length", ""));
    if (!asked.isEmpty()) {
      try {
        int most = Integer.parseInt(asked);
        if (most > 2) {
          return most;
        }
      } catch (NumberFormatException _) {
        // refused below
      }
      throw new ModelLoadException("option max_length: found \"" + asked + "\", expected a number");
    }
    var sentence = TokenizerReader.json(directory.resolve("sentence_bert_config.json"));
    if (sentence.path("max_seq_length").isNumber()) {
      return sentence.path("max_seq_length").asInt(0);
    }
    if (!Files.exists(directory.resolve("tokenizer_config.json"))) {
      return 0;
    }
    var tokenizer = TokenizerReader.json(directory.resolve("tokenizer_config.json"));
    double stated = tokenizer.path("model_max_length").asDouble(0);
    int positions = config.path("max_position_embeddings").asInt(Integer.MAX_VALUE);
    return stated > 0 ? (int) Math.min(stated, positions) : 0;
  }

  private static boolean numbered(Map<String, String> options) throws ModelLoadException {
    var asked = option(options, "answer", "label");
    return switch (asked) {
      case "index" -> true;
      case "label" -> false;
      default ->
          throw new ModelLoadException(
              "option answer: found \"" + asked + "\", expected label or index");
    };
  }

  /// A flag: given without a value it holds.
  private static boolean everything(Map<String, String> options) {
    var asked = option(options, "return_probabilities", "false");
    return asked.isEmpty() || truth(asked);
  }

  private static boolean truth(String text) {
    return text.equals("true") || text.equals("1");
  }

  private static String option(Map<String, String> options, String name, String fallback) {
    return options.getOrDefault(name, fallback).strip().toLowerCase(Locale.ROOT);
  }
}
