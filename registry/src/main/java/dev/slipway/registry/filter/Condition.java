package dev.slipway.registry.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Part of a query with the values of its question marks.
public record Condition(String sql, List<Object> arguments) {
  /// What everything fulfils.
  public static final Condition ALL = new Condition("1 = 1", List.of());

  private static final String PROMPT = "mlflow.prompt.is_prompt";

  public Condition {
    arguments = List.copyOf(arguments);
  }

  public static Condition of(String sql, Object... arguments) {
    return new Condition(sql, List.of(arguments));
  }

  /// A column that is one of these.
  public static Condition in(String column, List<?> values) {
    if (values.isEmpty()) {
      return new Condition("1 = 0", List.of());
    }
    String marks = values.stream().map(_ -> "?").collect(Collectors.joining(", "));
    return new Condition(column + " IN (" + marks + ")", List.copyOf(values));
  }

  public Condition and(Condition other) {
    var all = new ArrayList<Object>(arguments);
    all.addAll(other.arguments);
    return new Condition(sql + " AND " + other.sql, all);
  }

  /// The rows of `e` that a filter describes.
  public static Condition of(Vocabulary vocabulary, List<Comparison> clauses) {
    Condition all = ALL;
    for (Comparison each : clauses) {
      all = all.and(of(vocabulary, each));
    }
    return all;
  }

  private static Condition of(Vocabulary vocabulary, Comparison clause) {
    if (clause.entity().equals("attribute")) {
      var attribute = vocabulary.attribute(clause.key());
      return compared(attribute.column(), attribute.numeric(), clause);
    }
    var side = vocabulary.side(clause.entity());
    if (!side.keyed()) {
      Condition inner = compared("x." + clause.key(), false, clause);
      return new Condition(
          "EXISTS (SELECT 1 FROM "
              + side.table()
              + " x WHERE "
              + side.join()
              + " AND "
              + inner.sql
              + ")",
          inner.arguments);
    }
    return withKey(side, clause);
  }

  private static Condition withKey(Vocabulary.Side side, Comparison clause) {
    boolean absentToo = clause.key().equals(PROMPT) && asksForNoPrompt(clause);
    Comparison asked =
        absentToo ? new Comparison(clause.entity(), PROMPT, "=", List.of("true")) : clause;
    Condition inner = beside(side, asked);
    return new Condition(
        (absentToo ? "NOT " : "")
            + "EXISTS (SELECT 1 FROM "
            + side.table()
            + " x WHERE "
            + side.join()
            + " AND "
            + inner.sql
            + ")",
        inner.arguments);
  }

  /// The rows of a table beside `e`, called `x`, that a clause with a key describes.
  public static Condition beside(Vocabulary.Side side, Comparison clause) {
    Condition inner = compared("x.value", side.numeric(), clause);
    String nan = side.numeric() ? " AND x.is_nan = 0" : "";
    var arguments = new ArrayList<Object>();
    arguments.add(clause.key());
    arguments.addAll(inner.arguments);
    return new Condition("x.key = ?" + nan + " AND " + inner.sql, arguments);
  }

  /// Clients ask so for models, which have no such tag.
  private static boolean asksForNoPrompt(Comparison clause) {
    return (clause.operator().equals("!=") && clause.value().equals("true"))
        || (clause.operator().equals("=") && clause.value().equals("false"));
  }

  private static Condition compared(String column, boolean numeric, Comparison clause) {
    return switch (clause.operator()) {
      case "IN" -> in(column, clause.values());
      case "NOT IN" -> {
        Condition listed = in(column, clause.values());
        yield new Condition("NOT " + listed.sql, listed.arguments);
      }
      case "LIKE" -> of(column + " LIKE ? ESCAPE '\\'", pattern(clause.value()));
      case "ILIKE" ->
          of("lower(" + column + ") LIKE lower(?) ESCAPE '\\'", pattern(clause.value()));
      case "!=" -> of(column + " <> ?", value(numeric, clause));
      default -> of(column + " " + clause.operator() + " ?", value(numeric, clause));
    };
  }

  /// A backslash stands for itself.
  private static String pattern(String written) {
    return written.replace("\\", "\\\\");
  }

  private static Object value(boolean numeric, Comparison clause) {
    return numeric ? (Object) Double.valueOf(clause.value()) : clause.value();
  }
}
