package dev.slipway.engines.text;

import java.util.List;
import java.util.Optional;

/// Text to token ids as a model was trained on them: added tokens, subwords, truncation, and the
/// template of special tokens around one text or a pair. Thread-safe.
final class TextTokenizer {
  /// A text's tokens; `types` says of each to which text of a pair it belongs.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Encoding(int[] ids, int[] types) {
    int length() {
      return ids.length;
    }
  }

  /// A part of the template: special tokens, or the first or second text.
  sealed interface Piece {
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Special(int[] ids, int type) implements Piece {}

    record First(int type) implements Piece {}

    record Second(int type) implements Piece {}
  }

  /// How much of each text of a pair is read, in lengths of an encoding, to tell the longer.
  private static final int PAIR_READ = 16;

  private final AddedTokens tokens;
  private final List<Piece> single;
  private final List<Piece> pair;
  private final int padId;
  private final int mostTokens;

  /// @param mostTokens of an encoding, special ones included; more are cut off
  TextTokenizer(
      AddedTokens tokens, List<Piece> single, List<Piece> pair, int padId, int mostTokens) {
    this.tokens = tokens;
    this.single = List.copyOf(single);
    this.pair = List.copyOf(pair);
    this.padId = padId;
    this.mostTokens = mostTokens;
  }

  /// The same with another limit.
  TextTokenizer limited(int most) {
    return new TextTokenizer(tokens, single, pair, padId, most);
  }

  int padId() {
    return padId;
  }

  int mostTokens() {
    return mostTokens;
  }

  Encoding encode(String text) {
    var first = new Tokens();
    tokens.encode(text, first, mostTokens);
    first.truncate(Math.max(0, mostTokens - specials(single)));
    return fill(single, first, new Tokens());
  }

  /// A pair; of the longer text more is cut off.
  Encoding encode(String text, String second) {
    var first = new Tokens();
    var other = new Tokens();
    tokens.encode(text, first, PAIR_READ * mostTokens);
    tokens.encode(second, other, PAIR_READ * mostTokens);
    int room = Math.max(0, mostTokens - specials(pair));
    if (first.size() + other.size() > room) {
      boolean firstShorter = first.size() <= other.size();
      var shorter = firstShorter ? first : other;
      var longer = firstShorter ? other : first;
      if (shorter.size() > room / 2) {
        shorter.truncate(room / 2); // both are long: half each, an odd token to the longer
        longer.truncate(room - room / 2);
      } else {
        longer.truncate(room - shorter.size());
      }
    }
    return fill(pair, first, other);
  }

  Encoding encode(String text, Optional<String> second) {
    return second.isPresent() ? encode(text, second.get()) : encode(text);
  }

  private static int specials(List<Piece> template) {
    int count = 0;
    for (var piece : template) {
      count += piece instanceof Piece.Special(var ids, var _) ? ids.length : 0;
    }
    return count;
  }

  private static Encoding fill(List<Piece> template, Tokens first, Tokens second) {
    var ids = new Tokens();
    var types = new Tokens();
    for (var piece : template) {
      switch (piece) {
        case Piece.Special(var special, var type) -> {
          for (int id : special) {
            ids.add(id);
            types.add(type);
          }
        }
        case Piece.First(var type) -> append(first, type, ids, types);
        case Piece.Second(var type) -> append(second, type, ids, types);
      }
    }
    return new Encoding(ids.toArray(), types.toArray());
  }

  private static void append(Tokens text, int type, Tokens ids, Tokens types) {
    for (int i = 0; i < text.size(); i++) {
      ids.add(text.id(i));
      types.add(type);
    }
  }

  /// Vocabulary and tries, an estimate.
  long memoryBytes() {
    return tokens.memoryBytes();
  }
}
