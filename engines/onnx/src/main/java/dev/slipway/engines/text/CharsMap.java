package dev.slipway.engines.text;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/// SentencePiece's table of characters to rewrite, as `Precompiled` of Hugging Face's tokenizers
/// applies it: to each extended grapheme cluster of up to five bytes, else to each of its
/// characters.
///
/// The table is a double-array trie over UTF-8 whose values are offsets of strings that end with a
/// zero byte. As there, the shortest entry that begins the cluster counts, for all of it.
///
/// @see <a href="https://github.com/google/sentencepiece/blob/master/src/normalizer.cc">
///     normalizer.cc</a>
final class CharsMap implements UnaryOperator<String> {
  private static final Pattern CLUSTERS = Pattern.compile("\\X");
  private static final int MOST_CLUSTER_BYTES = 5;
  private static final int NONE = -1;

  private final int[] trie;
  private final byte[] strings;

  /// @throws IllegalArgumentException if the table is damaged
  CharsMap(String base64) {
    var bytes = ByteBuffer.wrap(Base64.getDecoder().decode(base64)).order(ByteOrder.LITTLE_ENDIAN);
    int size = bytes.remaining() < Integer.BYTES ? NONE : bytes.getInt();
    if (size < Integer.BYTES || size > bytes.remaining() || size % Integer.BYTES != 0) {
      throw new IllegalArgumentException("a table of " + size + " bytes");
    }
    trie = new int[size / Integer.BYTES];
    bytes.asIntBuffer().get(trie);
    strings = new byte[bytes.remaining() - size];
    bytes.get(bytes.position() + size, strings);
  }

  @Override
  public String apply(String text) {
    var out = new StringBuilder(text.length() + 16);
    int at = 0;
    var clusters = CLUSTERS.matcher(text);
    while (at < text.length()) {
      int end = alone(text, at) ? at + 1 : clusters.find(at) ? clusters.end() : text.length();
      cluster(text, at, end, out);
      at = end;
    }
    return out.toString();
  }

  /// Whether the character here is a cluster of its own: ASCII before ASCII, no line end.
  private static boolean alone(String text, int at) {
    return text.charAt(at) < 0x7f
        && text.charAt(at) >= ' '
        && (at + 1 == text.length() || text.charAt(at + 1) < 0x7f);
  }

  private void cluster(String text, int from, int to, StringBuilder out) {
    if (to - from <= MOST_CLUSTER_BYTES && rewritten(text.substring(from, to), out)) {
      return;
    }
    for (int i = from; i < to; ) {
      int next = i + Character.charCount(text.codePointAt(i));
      var one = text.substring(i, next);
      if (!rewritten(one, out)) {
        out.append(one);
      }
      i = next;
    }
  }

  private boolean rewritten(String part, StringBuilder out) {
    var bytes = part.getBytes(StandardCharsets.UTF_8);
    int start = bytes.length > MOST_CLUSTER_BYTES ? NONE : find(bytes);
    if (start < 0 || start > strings.length) {
      return false;
    }
    int end = start;
    while (end < strings.length && strings[end] != 0) {
      end++;
    }
    out.append(new String(strings, start, end - start, StandardCharsets.UTF_8));
    return true;
  }

  /// The value of the shortest key that begins the bytes.
  private int find(byte[] key) {
    int node = offset(trie[0]);
    for (byte each : key) {
      if (each == 0) {
        return NONE;
      }
      node ^= each & 0xff;
      if (node < 0 || node >= trie.length || (trie[node] & 0x800000ff) != (each & 0xff)) {
        return NONE;
      }
      int unit = trie[node];
      node ^= offset(unit);
      if ((unit >>> 8 & 1) == 1) {
        return node < 0 || node >= trie.length ? NONE : trie[node] & 0x7fffffff;
      }
    }
    return NONE;
  }

  private static int offset(int unit) {
    return unit >>> 10 << ((unit & 1 << 9) >>> 6);
  }

  long memoryBytes() {
    return 4L * trie.length + strings.length;
  }
}
