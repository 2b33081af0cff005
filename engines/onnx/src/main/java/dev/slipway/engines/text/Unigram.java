package dev.slipway.engines.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// SentencePiece's unigram language model: of all ways to cut a text into pieces of the
/// vocabulary, the one whose log probabilities sum highest, found by Viterbi's algorithm.
///
/// A character in no piece is unknown, at ten less than the least probable piece; neighbouring
/// unknown ones are one token, or a token a byte where the vocabulary has those.
///
/// @see <a href="https://arxiv.org/abs/1804.10959">Kudo 2018, section 3.2</a>
final class Unigram implements SubwordModel {
  private static final double UNKNOWN_PENALTY = 10;
  private static final int ROOT = 0;
  private static final int UNKNOWN = -1;

  /// Characters beyond those that the wanted tokens can take, read to settle the last of them.
  private static final int MARGIN = 1024;

  private final Trie trie;
  private final double[] scores;
  private final double unknownScore;
  private final int unknown;
  private final int longest;
  private final int[] bytes;
  private final UnaryOperator<String> normalizer;
  private final Metaspace metaspace;

  /// A piece and its log probability.
  record Scored(String piece, double score) {}

  /// @param pieces by id
  /// @param bytes ids of the 256 byte tokens, or none
  Unigram(
      List<Scored> pieces,
      int unknown,
      int[] bytes,
      UnaryOperator<String> normalizer,
      Metaspace metaspace) {
    this.unknown = unknown;
    this.bytes = bytes;
    this.normalizer = normalizer;
    this.metaspace = metaspace;
    this.trie = new Trie(pieces.size());
    this.scores = new double[pieces.size()];
    double least = Double.POSITIVE_INFINITY;
    int most = 1;
    for (int i = 0; i < scores.length; i++) {
      var piece = pieces.get(i);
      scores[i] = piece.score();
      least = Math.min(least, piece.score());
      most = Math.max(most, piece.piece().length());
      trie.add(ROOT, piece.piece(), 0, i);
    }
    this.unknownScore = least - UNKNOWN_PENALTY;
    this.longest = most;
  }

  /// The ids of `<0x00>` to `<0xFF>`; empty unless all are there.
  static int[] byteTokens(Map<String, Integer> vocabulary) {
    var ids = new int[256];
    for (int i = 0; i < ids.length; i++) {
      var id = vocabulary.get(String.format("<0x%02X>", i));
      if (id == null) {
        return new int[0];
      }
      ids[i] = id;
    }
    return ids;
  }

  @Override
  public void encode(String raw, boolean first, Tokens into, int most) {
    for (var piece : metaspace.pieces(normalizer.apply(raw), first)) {
      if (into.size() >= most) {
        return;
      }
      long enough = (long) (most - into.size()) * longest + MARGIN;
      piece(piece.length() > enough ? piece.substring(0, (int) enough) : piece, into);
    }
  }

  private void piece(String text, Tokens into) {
    int length = text.length();
    var best = new double[length + 1];
    var from = new int[length + 1];
    var ids = new int[length + 1];
    Arrays.fill(from, -1);
    for (int at = 0; at < length; at += Character.charCount(text.codePointAt(at))) {
      int next = at + Character.charCount(text.codePointAt(at));
      boolean known = false;
      int node = ROOT;
      for (int end = at; end < length; ) {
        node = trie.child(node, text.charAt(end++));
        if (node < 0) {
          break;
        }
        int id = trie.id(node);
        if (id >= 0) {
          known |= end == next;
          offer(best, from, ids, at, end, best[at] + scores[id], id);
        }
      }
      if (!known) {
        offer(best, from, ids, at, next, best[at] + unknownScore, UNKNOWN);
      }
    }
    tokens(text, from, ids, into);
  }

  private static void offer(
      double[] best, int[] from, int[] ids, int at, int end, double score, int id) {
    if (from[end] < 0 || score > best[end]) {
      best[end] = score;
      from[end] = at;
      ids[end] = id;
    }
  }

  /// Turns the way back round, then tells it.
  private void tokens(String text, int[] from, int[] ids, Tokens into) {
    int length = text.length();
    var next = new int[length + 1];
    for (int end = length; end > 0; end = from[end]) {
      next[from[end]] = end;
    }
    for (int at = 0; at < length; ) {
      int end = next[at];
      if (ids[end] != UNKNOWN) {
        into.add(ids[end]);
      } else {
        while (end < length && ids[next[end]] == UNKNOWN) {
          end = next[end];
        }
        unknown(text.substring(at, end), into);
      }
      at = end;
    }
  }

  private void unknown(String text, Tokens into) {
    if (bytes.length == 0) {
      into.add(unknown);
      return;
    }
    for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
      into.add(bytes[each & 0xff]);
    }
  }

  @Override
  public long memoryBytes() {
    return trie.memoryBytes() + (long) Double.BYTES * scores.length;
  }
}
