package dev.slipway.engines.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.slipway.engines.text.TextTokenizer.Encoding;
import dev.slipway.inference.engine.ModelLoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Our tokens against those of Hugging Face's own library.
class TokenizerTest {
  private static final int MOST = 128;
  private static final int TEXTS = 4000;
  private static final int NEWER_MARKS = 650;
  private static final List<String> FRAGMENTS =
      List.of(
          "the ",
          "Hello",
          " world",
          "naïve ",
          "Ünïcode",
          "İstanbul",
          "ẞ",
          "ΑΣ ",
          "ß",
          "日本語",
          "中文 ",
          "한국어",
          "ไทย",
          "العربية",
          "עברית",
          "हिन्दी",
          "👍",
          "👩‍👩‍👧‍👦",
          "🇩🇪",
          "e\u0301",
          "a\u0300\u0301",
          "\u0000",
          "\u0007",
          "\u200b",
          "\u200d",
          "\ufeff",
          "\ufffd",
          "\u00a0",
          "\u3000",
          "\u2028",
          "\t",
          "\n",
          "\r\n",
          "  ",
          "\u0085",
          "\u001c",
          "\u180e",
          "\u00ad",
          "\ue000",
          "don't",
          "...",
          "!?",
          "$1,234.56",
          "a_b",
          "C++",
          "http://x.y/z?q=1&r=2",
          "[MASK]",
          "[SEP]",
          "[CLS] ",
          "[UNK]",
          "[PAD]",
          "[sep]",
          "##ing",
          "«»",
          "“quote”",
          "—",
          "¿",
          "、",
          "。",
          "\ud840\udc00",
          "\ud869\udf00",
          "\uf900",
          "ﬁ",
          "Å",
          "ǅ",
          "½",
          "²",
          "\u0378",
          "x".repeat(99),
          "y".repeat(101),
          "supercalifragilistic",
          "^",
          "`",
          "~",
          "|",
          "€",
          "°",
          "\ud83c\udffb",
          "\u0345",
          "\u1e9e",
          "ŉ");

  private static HuggingFaceTokenizer theirs;
  private static TextTokenizer ours;

  @BeforeAll
  static void read() throws IOException, ModelLoadException {
    System.setProperty("ai.djl.offline", "true");
    var directory = MiniLm.directory();
    theirs =
        HuggingFaceTokenizer.newInstance(
            directory.resolve("tokenizer.json"),
            Map.of("truncation", "true", "maxLength", "" + MOST, "padding", "false"));
    ours = TokenizerReader.read(directory).limited(MOST);
  }

  @Test
  void encodesOddTextsAsTheReferenceDoes() {
    long seed = Long.getLong("seed", System.nanoTime());
    var random = new Random(seed);
    for (int i = 0; i < TEXTS; i++) {
      var text = text(random);
      compare(ours.encode(text), theirs.encode(text), text, seed);
    }
  }

  @Test
  void encodesPairsAsTheReferenceDoes() {
    long seed = Long.getLong("seed", System.nanoTime());
    var random = new Random(seed);
    for (int i = 0; i < TEXTS / 4; i++) {
      var text = text(random);
      var second = text(random);
      compare(ours.encode(text, second), theirs.encode(text, second), text + " | " + second, seed);
    }
  }

  /// The reference's tables are of Unicode 8: marks and punctuation that came after it are letters
  /// there.
  @Test
  void everyCharacterAloneIsTheReferencesButNewerMarksAndPunctuation() {
    var different = new ArrayList<Integer>();
    for (int point = 0; point < 0x20000; point += uniform(point) ? 97 : 1) {
      boolean surrogate = point >= 0xD800 && point <= 0xDFFF;
      if (surrogate || !Character.isDefined(point)) {
        continue;
      }
      var text = "a" + Character.toString(point) + "b";
      var found = Arrays.stream(ours.encode(text).ids()).asLongStream().toArray();
      if (!Arrays.equals(found, theirs.encode(text).getIds())) {
        different.add(point);
      }
    }
    assertThat(different).hasSizeLessThan(NEWER_MARKS).allMatch(point -> point > 0x600);
  }

  /// Ideographs and Hangul syllables: one answer for all.
  private static boolean uniform(int point) {
    return (point >= 0x3400 && point < 0x9F00) || (point >= 0xAC00 && point < 0xD700);
  }

  @Test
  void emptyTextIsItsSpecialTokens() {
    assertThat(ours.encode("").ids()).containsExactly(101, 102);
  }

  @Test
  void longTextIsCutWithoutReadingAllOfIt() {
    var encoding = ours.encode("word ".repeat(2_000_000));
    assertThat(encoding.length()).isEqualTo(MOST);
    assertThat(encoding.ids()[MOST - 1]).isEqualTo(102);
  }

  @Test
  void unknownKindIsRefusedByName(@TempDir Path directory) throws IOException {
    Files.writeString(
        directory.resolve("tokenizer.json"),
        "{\"model\": {\"type\": \"WordLevel\", \"vocab\": {}}}");
    assertThatThrownBy(() -> TokenizerReader.read(directory))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("model of type \"WordLevel\"")
        .hasMessageContaining("expected WordPiece");
  }

  static void compare(
      Encoding found, ai.djl.huggingface.tokenizers.Encoding expected, String text, long seed) {
    assertThat(Arrays.stream(found.ids()).asLongStream().toArray())
        .as("seed %d, text %s", seed, escaped(text))
        .containsExactly(expected.getIds());
    assertThat(Arrays.stream(found.types()).asLongStream().toArray())
        .containsExactly(expected.getTypeIds());
  }

  private static String escaped(String text) {
    var out = new StringBuilder();
    text.chars()
        .forEach(
            c -> out.append(c > ' ' && c < 127 ? "" + (char) c : "\\u" + Integer.toHexString(c)));
    return out.toString();
  }

  static String text(Random random) {
    var text = new StringBuilder();
    int parts = random.nextInt(24);
    for (int i = 0; i < parts; i++) {
      text.append(FRAGMENTS.get(random.nextInt(FRAGMENTS.size())));
      if (random.nextInt(3) == 0) {
        text.append(' ');
      }
    }
    return text.toString();
  }
}
