package dev.slipway.engines.sklearn.text;

import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.engines.sklearn.pickle.PyGlobal;
import dev.slipway.engines.sklearn.pickle.PyObject;
import dev.slipway.engines.sklearn.pickle.PyTuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/// Cuts a text into the terms that are counted: words or characters, alone and in sequences.
final class Analyzer {
  /// The pattern that `token_pattern` has unless set: words of two characters and more.
  private static final String USUAL = "(?u)\\b\\w\\w+\\b";

  /// What a term is.
  private enum Unit {
    WORD,
    CHARACTER,
    CHARACTER_IN_WORD
  }

  private final Unit unit;
  private final UnaryOperator<String> prepare;
  private final Optional<PythonPattern> tokens;
  private final Set<String> stopWords;
  private final int shortest;
  private final int longest;

  private Analyzer(PyObject object, Unit unit, int longest) {
    this.unit = unit;
    this.prepare = preparation(object);
    var pattern = object.text("token_pattern", USUAL);
    this.tokens =
        unit != Unit.WORD || pattern.equals(USUAL) || pattern.equals(USUAL.substring(4))
            ? Optional.empty()
            : Optional.of(PythonPattern.of(pattern));
    this.stopWords = unit == Unit.WORD ? StopWords.of(object) : Set.of();
    this.shortest = Math.max(1, range(object, 0));
    this.longest = Math.min(range(object, 1), longest);
  }

  /// @param vocabulary terms that count; sequences longer than any of them are not made
  static Analyzer of(PyObject object, Set<String> vocabulary) {
    var unit = unit(object);
    int longest = 1;
    for (var term : vocabulary) {
      long parts =
          unit == Unit.WORD
              ? term.chars().filter(character -> character == ' ').count() + 1
              : term.codePointCount(0, term.length());
      longest = (int) Math.max(longest, parts);
    }
    return new Analyzer(object, unit, longest);
  }

  /// For vectorisers without a vocabulary.
  static Analyzer of(PyObject object) {
    return new Analyzer(object, unit(object), Integer.MAX_VALUE);
  }

  private static Unit unit(PyObject object) {
    for (var name : List.of("preprocessor", "tokenizer")) {
      if (object.has(name)) {
        throw refused(object, name);
      }
    }
    if (!object.text("input", "content").equals("content")) {
      throw refused(object, "input");
    }
    return switch (object.attributes().get("analyzer")) {
      case null -> Unit.WORD;
      case String name when name.equals("word") -> Unit.WORD;
      case String name when name.equals("char") -> Unit.CHARACTER;
      case String name when name.equals("char_wb") -> Unit.CHARACTER_IN_WORD;
      default -> throw refused(object, "analyzer");
    };
  }

  private static UnsupportedEstimatorException refused(PyObject object, String setting) {
    return new UnsupportedEstimatorException(
        object.name()
            + ": "
            + setting
            + " "
            + object.attributes().get(setting)
            + " is not evaluated here: it is Python code, or reads files");
  }

  private static int range(PyObject object, int which) {
    var value = object.attributes().get("ngram_range");
    var pair =
        switch (value) {
          case PyTuple tuple -> tuple.values();
          case List<?> list -> list;
          case null -> List.of(1L, 1L);
          default -> List.of();
        };
    if (pair.size() == 2 && pair.get(which) instanceof Number number) {
      return number.intValue();
    }
    throw new UnsupportedEstimatorException(object.name() + ": ngram_range " + value);
  }

  private static UnaryOperator<String> preparation(PyObject object) {
    boolean lower = object.truth("lowercase", true);
    var accents = accents(object);
    return text -> accents.apply(lower ? LowerCase.of(text) : text);
  }

  private static UnaryOperator<String> accents(PyObject object) {
    var name =
        switch (object.attributes().get("strip_accents")) {
          case null -> "";
          case String text -> text;
          case PyGlobal global when global.module().startsWith("sklearn.") ->
              global.name().replace("strip_accents_", "");
          default -> "?";
        };
    return switch (name) {
      case "" -> UnaryOperator.identity();
      case "ascii" -> Characters::asciiOnly;
      case "unicode" -> Characters::withoutAccents;
      default -> throw refused(object, "strip_accents");
    };
  }

  /// Gives each term of a text, as often as it occurs.
  void each(String text, Consumer<String> term) {
    var prepared = prepare.apply(text);
    switch (unit) {
      case WORD -> words(prepared, term);
      case CHARACTER -> sequences(codePoints(singleSpaced(prepared)), term);
      case CHARACTER_IN_WORD -> sequencesInWords(prepared, term);
    }
  }

  private void words(String text, Consumer<String> term) {
    if (longest == 1 && shortest == 1) {
      tokens(
          text,
          word -> {
            if (!stopWords.contains(word)) {
              term.accept(word);
            }
          });
      return;
    }
    var words = new ArrayList<String>();
    tokens(text, words::add);
    words.removeAll(stopWords);
    for (int n = shortest; n <= Math.min(longest, words.size()); n++) {
      for (int i = 0; i + n <= words.size(); i++) {
        term.accept(n == 1 ? words.get(i) : String.join(" ", words.subList(i, i + n)));
      }
    }
  }

  private void tokens(String text, Consumer<String> token) {
    if (tokens.isPresent()) {
      tokens.get().findAll(text, token);
    } else {
      usualTokens(text, token);
    }
  }

  /// Runs of two and more word characters.
  private static void usualTokens(String text, Consumer<String> token) {
    int start = 0;
    int count = 0;
    for (int i = 0; i < text.length(); ) {
      int character = text.codePointAt(i);
      if (Characters.word(character)) {
        start = count++ == 0 ? i : start;
      } else {
        if (count > 1) {
          token.accept(text.substring(start, i));
        }
        count = 0;
      }
      i += Character.charCount(character);
    }
    if (count > 1) {
      token.accept(text.substring(start));
    }
  }

  private void sequences(int[] text, Consumer<String> term) {
    for (int n = shortest; n <= Math.min(longest, text.length); n++) {
      for (int i = 0; i + n <= text.length; i++) {
        term.accept(new String(text, i, n));
      }
    }
  }

  /// Words padded with a blank on either side; one shorter than a sequence counts once, and no
  /// longer sequences of it.
  private void sequencesInWords(String text, Consumer<String> term) {
    for (var word : split(text)) {
      var padded = codePoints(" " + word + " ");
      for (int n = shortest; n <= longest; n++) {
        if (n >= padded.length) {
          term.accept(new String(padded, 0, padded.length));
          break;
        }
        for (int i = 0; i + n <= padded.length; i++) {
          term.accept(new String(padded, i, n));
        }
      }
    }
  }

  private static int[] codePoints(String text) {
    return text.codePoints().toArray();
  }

  /// Two and more blanks in a row become one; a single one stays what it is.
  private static String singleSpaced(String text) {
    var out = new StringBuilder(text.length());
    int[] characters = codePoints(text);
    for (int i = 0; i < characters.length; ) {
      int end = i;
      while (end < characters.length && Characters.space(characters[end])) {
        end++;
      }
      if (end - i > 1) {
        out.append(' ');
        i = end;
      } else {
        out.appendCodePoint(characters[i++]);
      }
    }
    return out.toString();
  }

  private static List<String> split(String text) {
    var words = new ArrayList<String>();
    var word = new StringBuilder();
    text.codePoints()
        .forEach(
            character -> {
              if (!Characters.space(character)) {
                word.appendCodePoint(character);
              } else if (!word.isEmpty()) {
                words.add(word.toString());
                word.setLength(0);
              }
            });
    if (!word.isEmpty()) {
      words.add(word.toString());
    }
    return words;
  }
}
