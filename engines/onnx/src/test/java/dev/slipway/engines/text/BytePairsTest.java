package dev.slipway.engines.text;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/// Byte-level byte-pair encoding as RoBERTa's family has it, with merges learned here, against
/// Hugging Face's own library.
class BytePairsTest {
  private static final int MOST = 64;
  private static final int MERGES = 150;
  private static final int TEXTS = 2000;

  /// Words of another pattern, a normaliser, and words of the vocabulary taken whole.
  @Test
  void cutsWordsByThePatternTheFileHas(@TempDir Path directory) throws Exception {
    compare(directory, false, BytePairsTest::otherWords);
  }

  private static void otherWords(Map<String, Object> json) {
    var words =
        "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
            + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    var split = new HashMap<String, Object>();
    split.put("type", "Split");
    split.put("pattern", Map.of("Regex", words));
    split.put("behavior", "Isolated");
    split.put("invert", false);
    var bytes =
        Map.of(
            "type",
            "ByteLevel",
            "add_prefix_space",
            false,
            "trim_offsets",
            false,
            "use_regex",
            false);
    json.put("normalizer", Map.of("type", "NFC"));
    json.put("pre_tokenizer", Map.of("type", "Sequence", "pretokenizers", List.of(split, bytes)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void encodesOddTextsAsTheReferenceDoes(boolean prefixSpace, @TempDir Path directory)
      throws Exception {
    compare(directory, prefixSpace, _ -> {});
  }

  private static void compare(
      Path directory, boolean prefixSpace, Consumer<Map<String, Object>> change) throws Exception {
    System.setProperty("ai.djl.offline", "true");
    long seed = Long.getLong("seed", System.nanoTime());
    var random = new Random(seed);
    var file = directory.resolve("tokenizer.json");
    Files.writeString(file, tokenizer(random, prefixSpace, change));
    var limits = Map.of("truncation", "true", "maxLength", "" + MOST, "padding", "false");
    var ours = TokenizerReader.read(directory).limited(MOST);
    try (var theirs = HuggingFaceTokenizer.newInstance(file, limits)) {
      assertThat(ours.encode("").ids()).containsExactly(0, 2);
      for (int i = 0; i < TEXTS; i++) {
        var text = TokenizerTest.text(random);
        TokenizerTest.compare(ours.encode(text), theirs.encode(text), text, seed);
      }
    }
  }

  private static String tokenizer(
      Random random, boolean prefixSpace, Consumer<Map<String, Object>> change) {
    var vocabulary = new ArrayList<>(List.of("<s>", "<pad>", "</s>", "<unk>", "<mask>"));
    for (int i = 0; i < 256; i++) {
      vocabulary.add(symbol(i));
    }
    var merges = merges(random);
    merges.forEach(merge -> vocabulary.add(merge.replace(" ", "")));
    var ids = new HashMap<String, Integer>();
    vocabulary.forEach(each -> ids.putIfAbsent(each, ids.size()));
    var pre = Map.of("type", "ByteLevel", "add_prefix_space", prefixSpace, "trim_offsets", true);
    var post =
        Map.of(
            "type",
            "RobertaProcessing",
            "sep",
            List.of("</s>", 2),
            "cls",
            List.of("<s>", 0),
            "trim_offsets",
            true,
            "add_prefix_space",
            prefixSpace);
    var model = Map.of("type", "BPE", "vocab", ids, "merges", merges);
    var json =
        new HashMap<String, Object>(
            Map.of(
                "version", "1.0",
                "added_tokens", List.of(),
                "pre_tokenizer", pre,
                "post_processor", post,
                "decoder", pre,
                "model", model));
    change.accept(json);
    return JsonMapper.shared().writeValueAsString(json);
  }

  /// The character a byte is shown as.
  private static String symbol(int value) {
    boolean shown =
        (value >= '!' && value <= '~') || (value >= 0xA1 && value <= 0xAC) || value >= 0xAE;
    int hidden = 0;
    for (int i = 0; i < value; i++) {
      hidden += (i >= '!' && i <= '~') || (i >= 0xA1 && i <= 0xAC) || i >= 0xAE ? 0 : 1;
    }
    return Character.toString(shown ? value : 256 + hidden);
  }

  /// The most frequent neighbours in some words, joined one after another.
  private static List<String> merges(Random random) {
    var words = new ArrayList<List<String>>();
    for (int i = 0; i < 60; i++) {
      for (var word : TokenizerTest.text(random).split("(?= )", -1)) {
        var symbols = new ArrayList<String>();
        for (byte each : word.getBytes(StandardCharsets.UTF_8)) {
          symbols.add(symbol(each & 0xff));
        }
        words.add(symbols);
      }
    }
    var merges = new ArrayList<String>();
    for (int i = 0; i < MERGES; i++) {
      var counts =
          words.stream()
              .flatMap(word -> pairs(word).stream())
              .collect(Collectors.groupingBy(pair -> pair, Collectors.counting()));
      var most = counts.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow();
      merges.add(most.getKey());
      words.forEach(word -> join(word, most.getKey()));
    }
    return merges;
  }

  private static List<String> pairs(List<String> word) {
    var pairs = new ArrayList<String>();
    for (int i = 0; i + 1 < word.size(); i++) {
      pairs.add(word.get(i) + " " + word.get(i + 1));
    }
    return pairs;
  }

  private static void join(List<String> word, String pair) {
    for (int i = 0; i + 1 < word.size(); i++) {
      if ((word.get(i) + " " + word.get(i + 1)).equals(pair)) {
        word.set(i, word.get(i) + word.remove(i + 1));
      }
    }
  }
}
