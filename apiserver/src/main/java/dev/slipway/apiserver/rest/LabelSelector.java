package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A label selector in its text form: `app=web,tier in (a,b),!beta,size>3`.
///
/// Grammar: `k8s.io/apimachinery/pkg/labels/selector.go`.
final class LabelSelector {
  static final LabelSelector EVERYTHING = new LabelSelector(List.of());

  private static final Pattern KEY =
      Pattern.compile(
          "([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?"
              + "[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");
  private static final Pattern VALUE =
      Pattern.compile("([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?");

  private enum Operator {
    IN,
    NOT_IN,
    EXISTS,
    ABSENT,
    GREATER,
    LESS
  }

  private record Requirement(String key, Operator operator, Set<String> values) {
    boolean matches(Map<String, String> labels) {
      @Nullable String found = labels.get(key);
      return switch (operator) {
        case IN -> found != null && values.contains(found);
        case NOT_IN -> found == null || !values.contains(found);
        case EXISTS -> found != null;
        case ABSENT -> found == null;
        case GREATER -> compare(found) > 0;
        case LESS -> compare(found) < 0;
      };
    }

    private int compare(@Nullable String found) {
      try {
        return found == null
            ? 0
            : Long.compare(Long.parseLong(found), Long.parseLong(values.iterator().next()));
      } catch (NumberFormatException _) {
        return 0;
      }
    }
  }

  private final List<Requirement> requirements;

  private LabelSelector(List<Requirement> requirements) {
    this.requirements = List.copyOf(requirements);
  }

  boolean isEverything() {
    return requirements.isEmpty();
  }

  boolean matches(Map<String, String> labels) {
    for (Requirement each : requirements) {
      if (!each.matches(labels)) {
        return false;
      }
    }
    return true;
  }

  /// From the structured form of manifests: `matchLabels` and `matchExpressions`.
  static LabelSelector of(JsonNode selector) {
    var requirements = new ArrayList<Requirement>();
    for (Map.Entry<String, String> each : Json.strings(selector, "matchLabels").entrySet()) {
      requirements.add(new Requirement(each.getKey(), Operator.IN, Set.of(each.getValue())));
    }
    for (JsonNode each : selector.path("matchExpressions")) {
      var values = new TreeSet<String>();
      each.path("values").forEach(value -> values.add(value.asString("")));
      Operator operator =
          switch (Json.text(each, "operator")) {
            case "In" -> Operator.IN;
            case "NotIn" -> Operator.NOT_IN;
            case "DoesNotExist" -> Operator.ABSENT;
            default -> Operator.EXISTS;
          };
      requirements.add(new Requirement(Json.text(each, "key"), operator, values));
    }
    return new LabelSelector(requirements);
  }

  /// @throws ApiException 400 that shows where the text stops making sense
  static LabelSelector parse(String text) {
    return text.isBlank() ? EVERYTHING : new Parser(text).parse();
  }

  private static final class Parser {
    private final String text;
    private int at;

    Parser(String text) {
      this.text = text;
    }

    LabelSelector parse() {
      var found = new ArrayList<Requirement>();
      while (true) {
        found.add(requirement());
        skipSpace();
        if (at >= text.length()) {
          return new LabelSelector(found);
        }
        expect(',');
      }
    }

    private Requirement requirement() {
      skipSpace();
      if (peek() == '!') {
        at++;
        return new Requirement(key(), Operator.ABSENT, Set.of());
      }
      String key = key();
      skipSpace();
      char next = peek();
      if (next == 0 || next == ',') {
        return new Requirement(key, Operator.EXISTS, Set.of());
      }
      if (next == '>' || next == '<') {
        at++;
        return new Requirement(
            key, next == '>' ? Operator.GREATER : Operator.LESS, Set.of(number()));
      }
      if (next == '=' || next == '!') {
        return equality(key);
      }
      return set(key);
    }

    private Requirement equality(String key) {
      boolean negated = text.charAt(at++) == '!';
      if (negated) {
        expect('=');
      } else if (peek() == '=') {
        at++;
      }
      return new Requirement(key, negated ? Operator.NOT_IN : Operator.IN, Set.of(value()));
    }

    private Requirement set(String key) {
      String word = word();
      if (!word.equals("in") && !word.equals("notin")) {
        throw refuse("found '" + word + "', expected: in, notin, =, ==, !=, gt, lt");
      }
      skipSpace();
      expect('(');
      var values = new TreeSet<String>();
      do {
        values.add(value());
        skipSpace();
      } while (peek() == ',' && at++ >= 0);
      expect(')');
      return new Requirement(key, word.equals("in") ? Operator.IN : Operator.NOT_IN, values);
    }

    private String key() {
      skipSpace();
      String word = word();
      if (!KEY.matcher(word).matches()) {
        throw refuse("\"" + word + "\" is not a valid label key");
      }
      return word;
    }

    private String value() {
      skipSpace();
      String word = word();
      if (!VALUE.matcher(word).matches()) {
        throw refuse("values[0]: Invalid value: \"" + word + "\": is not a valid label value");
      }
      return word;
    }

    private String number() {
      skipSpace();
      String word = word();
      try {
        return Long.toString(Long.parseLong(word));
      } catch (NumberFormatException _) {
        throw refuse(
            "for 'Gt', 'Lt' operators, the value must be an integer, found \"" + word + "\"");
      }
    }

    private String word() {
      int start = at;
      while (at < text.length() && "=!<>(), ".indexOf(text.charAt(at)) < 0) {
        at++;
      }
      return text.substring(start, at);
    }

    private void expect(char wanted) {
      if (peek() != wanted) {
        throw refuse(
            "found '"
                + text.substring(Math.min(at, text.length()))
                + "', expected: '"
                + wanted
                + "'");
      }
      at++;
    }

    private char peek() {
      return at < text.length() ? text.charAt(at) : 0;
    }

    private void skipSpace() {
      while (at < text.length() && text.charAt(at) == ' ') {
        at++;
      }
    }

    private ApiException refuse(String why) {
      return ApiException.badRequest("unable to parse requirement: " + why);
    }
  }
}
