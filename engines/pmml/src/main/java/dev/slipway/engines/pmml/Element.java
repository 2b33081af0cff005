package dev.slipway.engines.pmml;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// An element of a document: local name, attributes, child elements, text. Extensions are left out
/// when it is read.
final class Element {
  private final String name;
  private final int line;
  private final List<String> attributes; // name, value, name, value
  private List<Element> children = List.of();
  private String content = "";

  Element(String name, int line, List<String> attributes) {
    this.name = name;
    this.line = line;
    this.attributes = attributes;
  }

  void add(Element child) {
    if (children.isEmpty()) {
      children = new ArrayList<>(2);
    }
    children.add(child);
  }

  void append(String text) {
    content = content.isEmpty() ? text : content + text;
  }

  String name() {
    return name;
  }

  int line() {
    return line;
  }

  /// The text between the tags, as it stands.
  String content() {
    return content;
  }

  List<Element> children() {
    return children;
  }

  List<Element> children(String wanted) {
    return children.stream().filter(child -> child.name.equals(wanted)).toList();
  }

  Optional<Element> child(String wanted) {
    for (var child : children) {
      if (child.name.equals(wanted)) {
        return Optional.of(child);
      }
    }
    return Optional.empty();
  }

  Element needed(String wanted) {
    return child(wanted)
        .orElseThrow(() -> new PmmlException(this, "a child element " + wanted + " is missing"));
  }

  /// The only child where exactly one is allowed.
  Element only() {
    if (children.size() != 1) {
      throw new PmmlException(this, children.size() + " child elements instead of 1");
    }
    return children.getFirst();
  }

  Optional<String> attribute(String wanted) {
    for (int i = 0; i < attributes.size(); i += 2) {
      if (attributes.get(i).equals(wanted)) {
        return Optional.of(attributes.get(i + 1));
      }
    }
    return Optional.empty();
  }

  String text(String wanted) {
    return attribute(wanted)
        .orElseThrow(() -> new PmmlException(this, "the attribute " + wanted + " is missing"));
  }

  String text(String wanted, String otherwise) {
    return attribute(wanted).orElse(otherwise);
  }

  boolean flag(String wanted, boolean otherwise) {
    return attribute(wanted).map(text -> text.equals("true") || text.equals("1")).orElse(otherwise);
  }

  double number(String wanted) {
    return number(wanted, text(wanted));
  }

  double number(String wanted, double otherwise) {
    var text = attribute(wanted);
    return text.isPresent() ? number(wanted, text.get()) : otherwise;
  }

  private double number(String wanted, String text) {
    try {
      return Numbers.parse(text);
    } catch (NumberFormatException _) {
      throw new PmmlException(this, wanted + "=\"" + text + "\" is not a number");
    }
  }

  int integer(String wanted, int otherwise) {
    double value = number(wanted, otherwise);
    if (value != (int) value) {
      throw new PmmlException(this, wanted + "=\"" + text(wanted) + "\" is not an integer");
    }
    return (int) value;
  }

  /// The attribute, which must be one of some words.
  String word(String wanted, String otherwise, List<String> allowed) {
    var found = text(wanted, otherwise);
    if (!allowed.contains(found)) {
      throw new PmmlException(
          this,
          wanted
              + "=\""
              + found
              + "\" is not supported (expected one of: "
              + String.join(", ", allowed)
              + ")");
    }
    return found;
  }

  /// The numbers of an `Array`, `REAL-Array` or other list of numbers in the text.
  double[] numbers() {
    var texts = texts();
    var values = new double[texts.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = number("the array", texts.get(i));
    }
    int count = integer("n", values.length);
    if (count != values.length) {
      throw new PmmlException(this, "n=\"" + count + "\" but there are " + values.length);
    }
    return values;
  }

  /// The words of an `Array`: separated by white space, or in quotes with `\"` for a quote.
  List<String> texts() {
    var words = new ArrayList<String>();
    var word = new StringBuilder();
    boolean inWord = false;
    boolean quoted = false;
    for (int i = 0; i < content.length(); i++) {
      char c = content.charAt(i);
      if (c == '\\' && i + 1 < content.length() && content.charAt(i + 1) == '"') {
        word.append('"');
        inWord = true;
        i++;
      } else if (c == '"') {
        quoted = !quoted;
        inWord = true;
      } else if (!quoted && Character.isWhitespace(c)) {
        if (inWord) {
          words.add(word.toString());
          word.setLength(0);
        }
        inWord = false;
      } else {
        word.append(c);
        inWord = true;
      }
    }
    if (inWord) {
      words.add(word.toString());
    }
    return words;
  }

  @Override
  public String toString() {
    return name + " at line " + line;
  }
}
