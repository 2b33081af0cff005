package dev.slipway.apiserver.builtin.columns;

import dev.slipway.apiserver.builtin.Field;
import dev.slipway.base.Quantity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Ways to put a value into a cell that several kinds share.
final class Cells {
  static final String NONE = "<none>";
  static final String UNSET = "<unset>";

  private Cells() {}

  static String orElse(String text, String otherwise) {
    return text.isEmpty() ? otherwise : text;
  }

  static String or(Field field, String otherwise) {
    return field.present() ? scalar(field) : otherwise;
  }

  /// Text as it is, a number as written.
  static String scalar(Field field) {
    return field.isText() ? field.text() : field.present() ? field.value().asString("") : "";
  }

  /// A quantity in its canonical form; `0` where absent.
  static String quantity(Field field) {
    return Quantity.parse(scalar(field)).map(Quantity::toString).orElse("0");
  }

  static String names(Field containers) {
    return each(containers, "name");
  }

  static String images(Field containers) {
    return each(containers, "image");
  }

  /// `a=b,c=d`, sorted.
  static String labels(Field labels) {
    String text =
        labels.entries().stream()
            .map(each -> each.getKey() + "=" + each.getValue().text())
            .sorted()
            .collect(Collectors.joining(","));
    return orElse(text, NONE);
  }

  /// A label selector in the query syntax; `<none>` where it selects everything or nothing.
  static String selector(Field selector) {
    return orElse(bareSelector(selector), NONE);
  }

  /// A label selector in the query syntax, requirements sorted by key.
  static String bareSelector(Field selector) {
    var requirements = new ArrayList<Map.Entry<String, String>>();
    for (Map.Entry<String, Field> each : selector.at("matchLabels").entries()) {
      String key = each.getKey();
      requirements.add(Map.entry(key, key + "=" + each.getValue().text()));
    }
    for (Field each : selector.items("matchExpressions")) {
      requirements.add(Map.entry(each.text("key"), requirement(each)));
    }
    return requirements.stream()
        .sorted(Comparator.comparing(Map.Entry::getKey))
        .map(Map.Entry::getValue)
        .collect(Collectors.joining(","));
  }

  /// At most `most` of the texts, and how many more there are.
  static String some(List<String> texts, int most, String separator) {
    if (texts.size() <= most) {
      return String.join(separator, texts);
    }
    return String.join(separator, texts.subList(0, most))
        + " + "
        + (texts.size() - most)
        + " more...";
  }

  private static String requirement(Field expression) {
    String key = expression.text("key");
    String values =
        expression.at("values").texts().stream().sorted().collect(Collectors.joining(","));
    return switch (expression.text("operator")) {
      case "In" -> key + " in (" + values + ")";
      case "NotIn" -> key + " notin (" + values + ")";
      case "Exists" -> key;
      case "DoesNotExist" -> "!" + key;
      default -> "<error>";
    };
  }

  private static String each(Field containers, String field) {
    return containers.items().stream()
        .map(container -> container.text(field))
        .collect(Collectors.joining(","));
  }
}
