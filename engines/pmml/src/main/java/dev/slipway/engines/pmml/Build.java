package dev.slipway.engines.pmml;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// A document while it is compiled: its dictionaries, and the slots given out so far.
final class Build {
  private static final int MOST_EXPRESSIONS = 2_000_000;
  private static final int MOST_SLOTS = 4_000_000;

  final Symbols symbols = new Symbols();
  final Map<String, DataField> dataFields = new HashMap<>();
  final Map<String, Element> functions = new HashMap<>();
  final Set<String> functionsUnderWay = new HashSet<>();
  private int slots;
  private int models;
  private int expressions;

  Build(Element document) {
    for (var element : document.needed("DataDictionary").children()) {
      if (element.name().equals("DataField")) {
        dataFields.put(element.text("name"), DataField.of(element, symbols));
      } else if (!element.name().equals("Taxonomy")) {
        throw PmmlException.unsupported(element);
      }
    }
    var dictionary = document.child("TransformationDictionary");
    if (dictionary.isPresent()) {
      for (var function : dictionary.get().children("DefineFunction")) {
        functions.put(function.text("name"), function);
      }
    }
  }

  Field slot(String name, Kind kind) {
    if (slots >= MOST_SLOTS) {
      throw new PmmlException("more than " + MOST_SLOTS + " fields");
    }
    return new Field(name, slots++, kind);
  }

  int model() {
    return models++;
  }

  void countExpression(Element at) {
    if (++expressions > MOST_EXPRESSIONS) {
      throw new PmmlException(at, "more than " + MOST_EXPRESSIONS + " expressions");
    }
  }

  int slots() {
    return slots;
  }

  int models() {
    return models;
  }

  /// A constant as a value of a type.
  double literal(Element at, String text, Kind kind) {
    if (kind == Kind.STRING) {
      return symbols.add(text);
    }
    double value = kind.parse(text, symbols);
    if (Double.isNaN(value) && kind == Kind.INTEGER) {
      value = Numbers.parseOrNaN(text); // a threshold between two integers
    }
    if (Double.isNaN(value) && !text.equals("NaN")) {
      throw new PmmlException(at, "\"" + text + "\" is not of the type " + kind);
    }
    return value;
  }
}
