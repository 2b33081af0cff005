package dev.slipway.engines.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/// GPT-2's byte-level byte-pair encoding: words as the pattern below cuts them, each byte a
/// character of the vocabulary's alphabet, then neighbours joined in the order of the merges.
///
/// @see <a href="https://github.com/openai/gpt-2/blob/master/src/encoder.py">gpt-2, encoder.py</a>
final class BytePairs implements SubwordModel {
  /// GPT-2's words.
  static final Pattern WORDS =
      Pattern.compile(
          "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
          Pattern.UNICODE_CHARACTER_CLASS);
  private static final char[] ALPHABET = alphabet();
  private static final int[] BYTES = bytes();

  /// Bytes of one word that are merged together; longer runs are cut, for time grows with the
  /// square.
  private static final int LONGEST_WORD = 1 << 9;

  private static final long ENTRY_BYTES = 100;

  private final Map<String, Integer> vocabulary;
  private final Map<String, Integer> ranks = new HashMap<>();
  private final Rules rules;

  /// How text becomes words.
  ///
  /// @param words what a word is; what lies between two is one too
  /// @param prefixSpace whether a blank is put before a text that does not begin with one
  /// @param wholeWords whether a word of the vocabulary is its token, whatever the merges say
  record Rules(
      UnaryOperator<String> normalizer, Pattern words, boolean prefixSpace, boolean wholeWords) {}

  BytePairs(Map<String, Integer> vocabulary, List<String> merges, Rules rules) {
    this.vocabulary = Map.copyOf(vocabulary);
    this.rules = rules;
    for (int i = 0; i < merges.size(); i++) {
      ranks.putIfAbsent(merges.get(i), i);
    }
  }

  /// Printable Latin-1 stands for itself, other bytes for the characters from U+0100 on.
  private static char[] alphabet() {
    var alphabet = new char[256];
    int next = 256;
    for (int i = 0; i < 256; i++) {
      boolean shown = (i >= '!' && i <= '~') || (i >= 0xA1 && i <= 0xAC) || i >= 0xAE;
      alphabet[i] = shown ? (char) i : (char) next++;
    }
    return alphabet;
  }

  /// The alphabet's way back; -1 for characters that are not in it.
  private static int[] bytes() {
    var bytes = new int[512];
    Arrays.fill(bytes, -1);
    for (int i = 0; i < ALPHABET.length; i++) {
      bytes[ALPHABET[i]] = i;
    }
    return bytes;
  }

  /// The text that tokens of the alphabet spell; tokens with other characters stand for themselves.
  static String text(List<String> tokens) {
    var bytes = new ByteArrayOutputStream();
    for (var token : tokens) {
      boolean spelled = token.chars().allMatch(each -> each < BYTES.length && BYTES[each] >= 0);
      if (spelled) {
        token.chars().forEach(each -> bytes.write(BYTES[each]));
      } else {
        bytes.writeBytes(token.getBytes(StandardCharsets.UTF_8));
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void encode(String raw, boolean first, Tokens into, int most) {
    var normal = rules.normalizer().apply(raw);
    var text = rules.prefixSpace() && !normal.startsWith(" ") ? " " + normal : normal;
    var words = rules.words().matcher(text);
    int at = 0;
    while (into.size() < most && words.find()) {
      word(text.substring(at, words.start()), into);
      word(words.group(), into);
      at = words.end();
    }
    if (into.size() < most) {
      word(text.substring(at), into);
    }
  }

  private void word(String word, Tokens into) {
    var bytes = word.getBytes(StandardCharsets.UTF_8);
    for (int from = 0; from < bytes.length; from += LONGEST_WORD) {
      word(bytes, from, Math.min(bytes.length, from + LONGEST_WORD), into);
    }
  }

  @Override
  public long memoryBytes() {
    return (vocabulary.size() + ranks.size()) * ENTRY_BYTES;
  }

  private void word(byte[] bytes, int from, int to, Tokens into) {
    var parts = new ArrayList<String>(to - from);
    for (int i = from; i < to; i++) {
      parts.add(String.valueOf(ALPHABET[bytes[i] & 0xff]));
    }
    var whole = rules.wholeWords() ? vocabulary.get(String.join("", parts)) : null;
    if (whole != null) {
      into.add(whole);
      return;
    }
    while (parts.size() > 1) {
      int best = best(parts);
      if (best < 0) {
        break;
      }
      parts.set(best, parts.get(best) + parts.get(best + 1));
      parts.remove(best + 1);
    }
    for (var part : parts) {
      var id = vocabulary.get(part);
      if (id != null) {
        into.add(id);
      }
    }
  }

  /// Where the pair is that was learned first; -1 if none was learned.
  private int best(List<String> parts) {
    int best = -1;
    int least = Integer.MAX_VALUE;
    for (int i = 0; i + 1 < parts.size(); i++) {
      int rank = ranks.getOrDefault(parts.get(i) + " " + parts.get(i + 1), Integer.MAX_VALUE);
      if (rank < least) {
        least = rank;
        best = i;
      }
    }
    return best;
  }
}
