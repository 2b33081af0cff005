package dev.slipway.engines.text;

import java.util.Map;

/// BERT's subword model: each word is the longest piece of the vocabulary that begins it, then the
/// longest continuing piece, and so on; a word that does not come out is unknown as a whole.
///
/// Implementation note. The vocabulary is two tries (pieces that begin a word, pieces that
/// continue one) in one hash table of edges, so a word is read once and nothing is allocated.
///
/// @see <a href="https://arxiv.org/abs/1609.08144">Wu et al. 2016, section 4.1</a>
final class WordPiece implements SubwordModel {
  private static final int START = 0;
  private static final int CONTINUE = 1;

  private final Trie trie;
  private final int unknown;
  private final int longestWord;
  private final BertText text;

  /// @param longestWord in code points; longer ones are unknown
  WordPiece(
      Map<String, Integer> vocabulary, String prefix, int unknown, int longestWord, BertText text) {
    this.unknown = unknown;
    this.longestWord = longestWord;
    this.text = text;
    this.trie = new Trie(vocabulary.values().stream().mapToInt(Integer::intValue).max().orElse(0));
    vocabulary.forEach(
        (piece, id) -> {
          trie.add(START, piece, 0, id);
          if (!prefix.isEmpty() && piece.startsWith(prefix)) {
            trie.add(CONTINUE, piece, prefix.length(), id);
          }
          if (prefix.isEmpty()) {
            trie.add(CONTINUE, piece, 0, id);
          }
        });
  }

  @Override
  public void encode(String raw, boolean first, Tokens into, int most) {
    var normal = text.normalise(raw);
    int from = 0;
    int length = normal.length();
    while (from < length && into.size() < most) {
      int to = text.wordEnd(normal, from);
      if (to > from) {
        word(normal, from, to, into);
        from = to;
      } else {
        from += Character.charCount(normal.codePointAt(from)); // space
      }
    }
  }

  @Override
  public long memoryBytes() {
    return trie.memoryBytes();
  }

  private void word(String text, int from, int to, Tokens into) {
    if (to - from > longestWord && text.codePointCount(from, to) > longestWord) {
      into.add(unknown);
      return;
    }
    int before = into.size();
    int at = from;
    while (at < to) {
      int node = at == from ? START : CONTINUE;
      int best = -1;
      int end = at;
      for (int i = at; i < to; i++) {
        node = trie.child(node, text.charAt(i));
        if (node < 0) {
          break;
        }
        if (trie.id(node) >= 0) {
          best = trie.id(node);
          end = i + 1;
        }
      }
      if (best < 0) {
        into.truncate(before);
        into.add(unknown);
        return;
      }
      into.add(best);
      at = end;
    }
  }
}
