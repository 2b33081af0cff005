package dev.slipway.engines.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.slipway.inference.engine.ModelLoadException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/// SentencePiece's unigram models as XLM-RoBERTa, T5, ALBERT and Llama's family have them, with
/// random pieces, against Hugging Face's own library.
class UnigramTest {
  private static final int MOST = 64;
  private static final int TEXTS = 1500;

  /// One arrangement of a `tokenizer.json`.
  record Kind(String name, Object normalizer, Object preTokenizer, boolean bytes) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Kind> kinds() {
    var words = Map.of("type", "WhitespaceSplit");
    return List.of(
        new Kind("XLM-RoBERTa", precompiled(), sequence(words, metaspace("always", true)), false),
        new Kind("T5", precompiled(), metaspace("always", true), false),
        new Kind("ALBERT", albert(), sequence(words, metaspace("always", true)), false),
        new Kind("Llama", Map.of("type", "NFKC"), metaspace("first", false), true),
        new Kind("never", nmt(), metaspace("never", true), true));
  }

  private static Object sequence(Object... steps) {
    return Map.of("type", "Sequence", "pretokenizers", List.of(steps));
  }

  private static Object metaspace(String scheme, boolean split) {
    return Map.of(
        "type", "Metaspace", "replacement", "▁", "prepend_scheme", scheme, "split", split);
  }

  private static Object precompiled() {
    var table = new HashMap<String, String>();
    table.put("\u00a0", " ");
    table.put("\t", " ");
    table.put("\n", " ");
    table.put("e\u0301", "é");
    table.put("é", "e");
    table.put("ﬁ", "fi");
    table.put("\u200d", "");
    table.put("Ａ", "A");
    table.put("語", "go");
    return Map.of("type", "Precompiled", "precompiled_charsmap", CharsMaps.of(table));
  }

  private static Object albert() {
    return Map.of(
        "type",
        "Sequence",
        "normalizers",
        List.of(
            Map.of("type", "Replace", "pattern", Map.of("String", "``"), "content", "\""),
            Map.of("type", "NFKD"),
            Map.of("type", "StripAccents"),
            Map.of("type", "Lowercase"),
            precompiled(),
            Map.of("type", "Replace", "pattern", Map.of("Regex", " {2,}"), "content", " ")));
  }

  private static Object nmt() {
    return Map.of(
        "type",
        "Sequence",
        "normalizers",
        List.of(
            Map.of("type", "Nmt"),
            Map.of("type", "Strip", "strip_left", true, "strip_right", true),
            Map.of("type", "Prepend", "prepend", "▁")));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void encodesOddTextsAsTheReferenceDoes(Kind kind, @TempDir Path directory) throws Exception {
    System.setProperty("ai.djl.offline", "true");
    long seed = Long.getLong("seed", System.nanoTime());
    var random = new Random(seed);
    var file = directory.resolve("tokenizer.json");
    Files.writeString(file, tokenizer(random, kind));
    var limits = Map.of("truncation", "true", "maxLength", "" + MOST, "padding", "false");
    var ours = TokenizerReader.read(directory).limited(MOST);
    try (var theirs = HuggingFaceTokenizer.newInstance(file, limits)) {
      for (int i = 0; i < TEXTS; i++) {
        var text = i == 0 ? "" : TokenizerTest.text(random);
        TokenizerTest.compare(ours.encode(text), theirs.encode(text), text, seed);
      }
    }
  }

  private static String tokenizer(Random random, Kind kind) {
    var pieces = new ArrayList<List<Object>>();
    for (var special : List.of("<s>", "<pad>", "</s>", "<unk>")) {
      pieces.add(List.of(special, 0.0));
    }
    for (int i = 0; kind.bytes && i < 256; i++) {
      pieces.add(List.of(String.format("<0x%02X>", i), 0.0));
    }
    var seen = new HashSet<String>();
    for (int i = 0; i < 400; i++) {
      var text = "▁" + TokenizerTest.text(random).replace(' ', '▁');
      int from = text.offsetByCodePoints(0, random.nextInt(text.codePointCount(0, text.length())));
      int left = text.codePointCount(from, text.length());
      int to = text.offsetByCodePoints(from, Math.min(left, 1 + random.nextInt(4)));
      var piece = text.substring(from, to);
      if (!piece.isBlank() && seen.add(piece)) {
        // few digits: the reference reads more of them a bit off, and then settles ties otherwise
        pieces.add(List.of(piece, -(1000 + random.nextInt(12_000)) / 1000.0));
      }
    }
    var model =
        Map.of("type", "Unigram", "unk_id", 3, "vocab", pieces, "byte_fallback", kind.bytes);
    var post =
        Map.of(
            "type", "TemplateProcessing",
            "single", List.of(special("<s>"), sequenceA(), special("</s>")),
            "pair", List.of(special("<s>"), sequenceA(), special("</s>")),
            "special_tokens", Map.of("<s>", token("<s>", 0), "</s>", token("</s>", 2)));
    return JsonMapper.shared()
        .writeValueAsString(
            Map.of(
                "version",
                "1.0",
                "added_tokens",
                List.of(added("<s>", 0), added("<pad>", 1), added("</s>", 2)),
                "normalizer",
                kind.normalizer,
                "pre_tokenizer",
                kind.preTokenizer,
                "post_processor",
                post,
                "model",
                model));
  }

  private static Object added(String content, int id) {
    return Map.of(
        "id",
        id,
        "content",
        content,
        "single_word",
        false,
        "lstrip",
        false,
        "rstrip",
        false,
        "normalized",
        false,
        "special",
        true);
  }

  private static Object token(String name, int id) {
    return Map.of("id", name, "ids", List.of(id), "tokens", List.of(name));
  }

  private static Object special(String name) {
    return Map.of("SpecialToken", Map.of("id", name, "type_id", 0));
  }

  private static Object sequenceA() {
    return Map.of("Sequence", Map.of("id", "A", "type_id", 0));
  }

  @Test
  void longTextIsCutWithoutCuttingAllOfIt(@TempDir Path directory) throws Exception {
    var kind = kinds().getLast();
    Files.writeString(directory.resolve("tokenizer.json"), tokenizer(new Random(1), kind));
    var ours = TokenizerReader.read(directory).limited(MOST);
    assertThat(ours.encode("語".repeat(5_000_000)).length()).isEqualTo(MOST);
  }

  @Test
  void patternThatRepeatsAGroupIsRefused(@TempDir Path directory) throws Exception {
    var slow = Map.of("type", "Replace", "pattern", Map.of("Regex", "(a+)+b"), "content", "");
    var kind = new Kind("slow", slow, metaspace("always", true), false);
    Files.writeString(directory.resolve("tokenizer.json"), tokenizer(new Random(1), kind));
    assertThatThrownBy(() -> TokenizerReader.read(directory))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("(a+)+b");
  }
}
