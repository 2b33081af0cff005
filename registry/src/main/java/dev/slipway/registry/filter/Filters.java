package dev.slipway.registry.filter;

import dev.slipway.registry.RegistryException;
import dev.slipway.registry.filter.Token.Kind;
import dev.slipway.registry.filter.Vocabulary.Use;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Reads MLflow's filter strings: comparisons joined by `AND`.
///
/// Source: mlflow/utils/search_utils.py, whose messages clients know.
public final class Filters {
  private static final Set<String> NUMERIC = Set.of(">", ">=", "!=", "=", "<", "<=");
  private static final Set<String> TEXTUAL = Set.of("!=", "=", "LIKE", "ILIKE");
  private static final Set<String> LISTED = Set.of("!=", "=", "LIKE", "ILIKE", "IN", "NOT IN");
  private static final int MAX_CLAUSES = 200;

  private final Vocabulary vocabulary;
  private final List<Token> tokens;
  private int at;

  private Filters(Vocabulary vocabulary, List<Token> tokens) {
    this.vocabulary = vocabulary;
    this.tokens = tokens;
  }

  /// @throws RegistryException if the filter is malformed, or asks about what there is not
  public static List<Comparison> parse(Vocabulary vocabulary, String filter) {
    return new Filters(vocabulary, Token.of(filter)).clauses();
  }

  private List<Comparison> clauses() {
    var found = new ArrayList<Comparison>();
    while (at < tokens.size()) {
      if (!found.isEmpty() && !tokens.get(at++).is("AND")) {
        throw invalidClause(tokens.get(at - 1));
      }
      found.add(clause());
      if (found.size() > MAX_CLAUSES) {
        throw RegistryException.invalid("a filter has at most " + MAX_CLAUSES + " clauses");
      }
    }
    return found;
  }

  private Comparison clause() {
    Token first = next("a key");
    if (first.kind() != Kind.NAME || first.is("AND") || first.is("OR") || first.is("NOT")) {
      throw invalidClause(first);
    }
    var key = vocabulary.key(first.text(), Use.SEARCH);
    String operator = operator(next("a comparison"));
    Token value = next("a value");
    check(key, operator);
    return new Comparison(key.entity(), key.name(), operator, values(key, operator, value));
  }

  private Token next(String what) {
    if (at >= tokens.size()) {
      String last = tokens.isEmpty() ? "" : tokens.getLast().text();
      throw RegistryException.invalid(
          "Invalid clause(s) in filter string: '"
              + last
              + "' is followed by nothing, expected "
              + what);
    }
    return tokens.get(at++);
  }

  private String operator(Token token) {
    if (token.kind() == Kind.OPERATOR) {
      return token.text().equals("<>") ? "!=" : token.text();
    }
    if (token.is("NOT") && at < tokens.size() && tokens.get(at).is("IN")) {
      at++;
      return "NOT IN";
    }
    if (token.is("LIKE") || token.is("ILIKE") || token.is("IN")) {
      return token.upper();
    }
    throw invalidClause(token);
  }

  private void check(Vocabulary.Key key, String operator) {
    Set<String> valid = operators(key);
    if (!valid.contains(operator)) {
      throw RegistryException.invalid(
          "Invalid comparator '" + operator + "' not one of '" + shown(valid) + "'");
    }
  }

  private static String shown(Set<String> operators) {
    return operators.stream()
        .map(each -> "'" + each + "'")
        .sorted()
        .collect(java.util.stream.Collectors.joining(", ", "{", "}"));
  }

  private Set<String> operators(Vocabulary.Key key) {
    if (numeric(key)) {
      return NUMERIC;
    }
    boolean listed = key.entity().equals("attribute") || !vocabulary.side(key.entity()).keyed();
    return listed ? LISTED : TEXTUAL;
  }

  private boolean numeric(Vocabulary.Key key) {
    return key.entity().equals("attribute")
        ? vocabulary.attribute(key.name()).numeric()
        : vocabulary.side(key.entity()).numeric();
  }

  private List<String> values(Vocabulary.Key key, String operator, Token value) {
    if (operator.endsWith("IN")) {
      return list(key, value);
    }
    if (numeric(key)) {
      return List.of(number(key, value));
    }
    if (value.kind() == Kind.OPEN) {
      throw onlyKeys(key);
    }
    boolean quoted = value.kind() == Kind.STRING || value.text().startsWith("\"");
    if (value.kind() == Kind.NAME && !quoted) {
      throw RegistryException.invalid(
          "Parameter value is either not quoted or unidentified quote types used for string value "
              + value.text()
              + ". Use either single or double quotes.");
    }
    if (!quoted) {
      String what = key.entity().equals("attribute") ? "attributes" : key.entity();
      throw RegistryException.invalid(
          "Expected a quoted string value for "
              + what
              + " (e.g. 'my-value'). Got value "
              + value.text());
    }
    return List.of(Token.unquoted(value.text()));
  }

  private static String number(Vocabulary.Key key, Token value) {
    if (value.kind() != Kind.NUMBER) {
      throw RegistryException.invalid(
          key.entity().equals("attribute")
              ? "Expected numeric value type for numeric attribute: "
                  + key.name()
                  + ". Found "
                  + value.text()
              : "Expected numeric value type for metric. Found " + value.text());
    }
    try {
      var _ = Double.parseDouble(value.text());
      return value.text();
    } catch (NumberFormatException _) {
      throw RegistryException.invalid(
          "Expected numeric value type for "
              + key.entity()
              + " "
              + key.name()
              + ". Found "
              + value.text());
    }
  }

  private List<String> list(Vocabulary.Key key, Token open) {
    if (key.entity().equals("attribute") && !vocabulary.attribute(key.name()).listed()) {
      throw onlyKeys(key);
    }
    if (open.kind() != Kind.OPEN) {
      throw invalidClause(open);
    }
    var found = new ArrayList<String>();
    Token next = next("a list of quoted strings");
    while (next.kind() != Kind.CLOSE) {
      if (next.kind() != Kind.STRING && !next.text().startsWith("\"")) {
        throw RegistryException.invalid(
            "While parsing a list in the query, expected string value, punctuation, or whitespace,"
                + " but got different type in list: "
                + next.text());
      }
      found.add(Token.unquoted(next.text()));
      next = next("a comma or the list's end");
      if (next.kind() == Kind.COMMA) {
        next = next("a quoted string");
      } else if (next.kind() != Kind.CLOSE) {
        throw invalidClause(next);
      }
    }
    if (found.isEmpty()) {
      throw RegistryException.invalid(
          "While parsing a list in the query, expected a non-empty list of string values, but got"
              + " empty list");
    }
    return found;
  }

  private RegistryException onlyKeys(Vocabulary.Key key) {
    String listed =
        vocabulary.attributes().entrySet().stream()
            .filter(each -> each.getValue().listed())
            .map(each -> "'" + each.getKey() + "'")
            .collect(java.util.stream.Collectors.joining(", "));
    return RegistryException.invalid(
        "Only the "
            + listed
            + " attribute supports comparison with a list of quoted string values. Got "
            + key.name().toLowerCase(Locale.ROOT));
  }

  private static RegistryException invalidClause(Token token) {
    return RegistryException.invalid("Invalid clause(s) in filter string: '" + token.text() + "'");
  }
}
