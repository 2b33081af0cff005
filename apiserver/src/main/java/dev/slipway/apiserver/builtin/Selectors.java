package dev.slipway.apiserver.builtin;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Label selectors: their rules, and what they select.
///
/// Source: `k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go`.
public final class Selectors {
  private static final List<String> SETS = List.of("In", "NotIn");
  private static final List<String> EXISTENCE = List.of("Exists", "DoesNotExist");

  private Selectors() {}

  /// Judges a selector of `matchLabels` and `matchExpressions`; an absent one is no problem.
  public static void judge(Field selector, Problems problems) {
    ObjectMetaRules.labels(selector.at("matchLabels"), problems);
    for (Field each : selector.items("matchExpressions")) {
      requirement(each, problems);
      problems.sentences(each.at("key"), Names.qualified(each.text("key")));
      for (Field value : each.items("values")) {
        problems.sentences(value, Names.labelValue(value.text()));
      }
    }
  }

  /// Judges how many values an operator takes; operators beyond these four are none.
  static void requirement(Field expression, Problems problems) {
    Field operator = expression.at("operator");
    Field values = expression.at("values");
    if (SETS.contains(operator.text())) {
      problems.demand(values, "must be specified when `operator` is 'In' or 'NotIn'");
    } else if (EXISTENCE.contains(operator.text())) {
      if (values.size() > 0) {
        problems.forbidden(
            values, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
      }
    } else {
      problems.invalidText(operator, "not a valid selector operator");
    }
  }

  /// Selects nothing in particular: no labels, no expressions.
  public static boolean isEmpty(Field selector) {
    return selector.at("matchLabels").size() + selector.at("matchExpressions").size() == 0;
  }

  /// Whether every operator, key and value can be understood.
  public static boolean isWellFormed(Field selector) {
    var problems = new Problems();
    judge(selector, problems);
    return problems.isEmpty();
  }

  /// Whether a selector selects these labels; an absent one selects nothing, an empty one all.
  public static boolean matches(Field selector, Field labels) {
    if (!selector.present()) {
      return false;
    }
    Map<String, String> present = map(labels);
    return map(selector.at("matchLabels")).entrySet().stream()
            .allMatch(each -> each.getValue().equals(present.get(each.getKey())))
        && selector.items("matchExpressions").stream().allMatch(each -> holds(each, present));
  }

  /// A map of text to text.
  public static Map<String, String> map(Field field) {
    var map = new HashMap<String, String>();
    field.entries().forEach(each -> map.put(each.getKey(), each.getValue().text()));
    return map;
  }

  private static boolean holds(Field expression, Map<String, String> labels) {
    String key = expression.text("key");
    List<String> values = expression.at("values").texts();
    return switch (expression.text("operator")) {
      case "In" -> labels.containsKey(key) && values.contains(labels.get(key));
      case "NotIn" -> !labels.containsKey(key) || !values.contains(labels.get(key));
      case "Exists" -> labels.containsKey(key);
      case "DoesNotExist" -> !labels.containsKey(key);
      default -> false;
    };
  }
}
