package dev.slipway.apiserver.builtin.types;

import java.util.List;

/// One line of a `.types` file: a name, whether the field is required, its type, the words that
/// refine it, and a sentence. See [TypeCatalog] for the notation.
record TypeLine(
    String name, boolean required, String type, List<String> refinements, String description) {
  private static final String BEFORE_DESCRIPTION = " -- ";

  TypeLine {
    refinements = List.copyOf(refinements);
  }

  /// @throws IllegalArgumentException if the line has no type
  static TypeLine parse(String line) {
    int dash = line.indexOf(BEFORE_DESCRIPTION);
    String definition = dash < 0 ? line : line.substring(0, dash);
    String description = dash < 0 ? "" : line.substring(dash + BEFORE_DESCRIPTION.length()).strip();
    List<String> words = Words.of(definition);
    if (words.size() < 2) {
      throw new IllegalArgumentException("a field needs a name and a type: " + line);
    }
    String name = words.getFirst();
    boolean required = name.endsWith("!");
    return new TypeLine(
        required ? name.substring(0, name.length() - 1) : name,
        required,
        words.get(1),
        words.subList(2, words.size()),
        description);
  }
}
