package dev.slipway.registry.filter;

import dev.slipway.registry.RegistryException;
import dev.slipway.registry.filter.Vocabulary.Use;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The order of a search: what is missing comes last either way, and what is no number before it.
///
/// @param joins tables whose values are ordered by
/// @param terms of `ORDER BY`, without the tail that breaks ties
/// @param arguments of the joins
/// @param byMetric what comes first, where that is a metric and the only key
public record Ordering(
    String joins, List<String> terms, List<Object> arguments, Optional<Metric> byMetric) {
  /// @param direction empty, or ` DESC`
  public record Metric(String name, String direction) {}

  public Ordering {
    terms = List.copyOf(terms);
    arguments = List.copyOf(arguments);
  }

  /// @param clauses `KEY [ASC|DESC]`
  /// @throws RegistryException if one is malformed or names what there is not
  public static Ordering parse(Vocabulary vocabulary, List<String> clauses) {
    var builder = new Builder(vocabulary);
    clauses.forEach(each -> builder.add(each, clauses));
    return new Ordering(
        builder.joins.toString(),
        builder.terms,
        builder.arguments,
        clauses.size() == 1 ? builder.metric : Optional.empty());
  }

  /// All terms, then those of the tail.
  public String sql(String tail) {
    return " ORDER BY " + (terms.isEmpty() ? "" : String.join(", ", terms) + ", ") + tail;
  }

  private static final class Builder {
    private final Vocabulary vocabulary;
    private final StringBuilder joins = new StringBuilder();
    private final List<String> terms = new ArrayList<>();
    private final List<Object> arguments = new ArrayList<>();
    private Optional<Metric> metric = Optional.empty();
    private final HashSet<Vocabulary.Key> seen = new HashSet<>();

    Builder(Vocabulary vocabulary) {
      this.vocabulary = vocabulary;
    }

    void add(String clause, List<String> all) {
      String written = clause.strip();
      boolean ascending = true;
      int space = written.lastIndexOf(' ');
      if (space > 0 && !inQuotes(written, space)) {
        String direction = written.substring(space + 1).toLowerCase(Locale.ROOT);
        if (!direction.equals("asc") && !direction.equals("desc")) {
          throw RegistryException.invalid(
              "Invalid ordering key in order_by clause '" + clause + "'.");
        }
        ascending = direction.equals("asc");
        written = written.substring(0, space).strip();
      }
      if (written.isEmpty() || (written.indexOf(' ') >= 0 && !quoted(written))) {
        throw RegistryException.invalid(
            "Invalid order_by clause '" + clause + "'. Could not be parsed.");
      }
      var key = vocabulary.key(written, Use.ORDER);
      if (!key.entity().equals("attribute") && !vocabulary.side(key.entity()).keyed()) {
        throw RegistryException.invalid("Invalid identifier type '" + key.entity() + "'");
      }
      if (!seen.add(key)) {
        throw RegistryException.invalid("`order_by` contains duplicate fields: " + all);
      }
      term(key, ascending ? "" : " DESC");
    }

    private static boolean quoted(String written) {
      return written.endsWith("`") || written.endsWith("\"");
    }

    private static boolean inQuotes(String written, int at) {
      int quotes = 0;
      for (int i = 0; i < at; i++) {
        char c = written.charAt(i);
        quotes += c == '`' || c == '"' ? 1 : 0;
      }
      return quotes % 2 == 1;
    }

    private void term(Vocabulary.Key key, String direction) {
      if (key.entity().equals("attribute")) {
        String column = vocabulary.attribute(key.name()).column();
        terms.add("CASE WHEN " + column + " IS NULL THEN 1 ELSE 0 END");
        terms.add(column + direction);
        return;
      }
      if (key.entity().equals("metric")) {
        metric = Optional.of(new Metric(key.name(), direction));
      }
      var side = vocabulary.side(key.entity());
      String alias = "o" + terms.size();
      joins
          .append(" LEFT JOIN ")
          .append(side.table())
          .append(' ')
          .append(alias)
          .append(" ON ")
          .append(side.join().replace("x.", alias + "."))
          .append(" AND ")
          .append(alias)
          .append(".key = ?");
      arguments.add(key.name());
      String nan = side.numeric() ? " WHEN " + alias + ".is_nan = 1 THEN 1" : "";
      terms.add("CASE" + nan + " WHEN " + alias + ".value IS NULL THEN 2 ELSE 0 END");
      terms.add(alias + ".value" + direction);
    }
  }
}
