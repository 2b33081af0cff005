package dev.slipway.registry.filter;

import dev.slipway.registry.RegistryException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What one search may ask about, and where it is kept. The table searched is called `e`.
///
/// @param sides what lies in other tables, by entity
/// @param otherNames of attributes: `created` for `start_time`
public record Vocabulary(
    Map<String, Attribute> attributes, Map<String, Side> sides, Map<String, String> otherNames) {
  private static final Map<String, String> ENTITIES =
      Map.ofEntries(
          Map.entry("metric", "metric"),
          Map.entry("metrics", "metric"),
          Map.entry("parameter", "parameter"),
          Map.entry("parameters", "parameter"),
          Map.entry("param", "parameter"),
          Map.entry("params", "parameter"),
          Map.entry("tag", "tag"),
          Map.entry("tags", "tag"),
          Map.entry("attribute", "attribute"),
          Map.entry("attributes", "attribute"),
          Map.entry("attr", "attribute"),
          Map.entry("run", "attribute"),
          Map.entry("trace", "attribute"),
          Map.entry("dataset", "dataset"),
          Map.entry("datasets", "dataset"),
          Map.entry("metadata", "metadata"),
          Map.entry("feedback", "feedback"),
          Map.entry("expectation", "expectation"),
          Map.entry("span", "span"),
          Map.entry("request_metadata", "metadata"));
  private static final List<String> ORDER =
      List.of(
          "metric",
          "parameter",
          "tag",
          "metadata",
          "attribute",
          "dataset",
          "feedback",
          "expectation",
          "span");

  /// A column of the table.
  ///
  /// @param listed whether `IN` may be asked
  public record Attribute(String column, boolean numeric, boolean listed, Use use) {
    /// Text that may be searched and ordered by.
    public static Attribute text(String column) {
      return new Attribute(column, false, false, Use.BOTH);
    }

    /// The same, and lists of it.
    public static Attribute key(String column) {
      return new Attribute(column, false, true, Use.BOTH);
    }

    public static Attribute number(String column) {
      return new Attribute(column, true, false, Use.BOTH);
    }

    public Attribute only(Use value) {
      return new Attribute(column, numeric, listed, value);
    }
  }

  /// What an attribute may stand in.
  public enum Use {
    SEARCH,
    ORDER,
    BOTH
  }

  /// Another table, with rows `(…, key, value)` of each row searched, or with columns of its own.
  ///
  /// @param table its name, `x` in `join`
  /// @param join what makes a row of it belong to `e`
  /// @param columns what may be asked for; empty where a key is what is asked for
  public record Side(String table, String join, boolean numeric, Set<String> columns) {
    public Side(String table, String join, boolean numeric) {
      this(table, join, numeric, Set.of());
    }

    public Side {
      columns = Set.copyOf(columns);
    }

    /// A table whose columns are asked for by name.
    public static Side of(String table, String join, String... columns) {
      return new Side(table, join, false, Set.of(columns));
    }

    boolean keyed() {
      return columns.isEmpty();
    }
  }

  public Vocabulary {
    attributes = new LinkedHashMap<>(attributes);
    sides = Map.copyOf(sides);
    otherNames = Map.copyOf(otherNames);
  }

  /// A key as written, `entity.name` or the name of an attribute.
  record Key(String entity, String name) {}

  /// @param use of an attribute named
  /// @throws RegistryException if it names nothing of this search
  Key key(String written, Use use) {
    int dot = dot(written);
    String entity = dot < 0 ? "attribute" : entity(Token.unquoted(written.substring(0, dot)));
    String name = Token.unquoted(dot < 0 ? written : written.substring(dot + 1));
    if (!entity.equals("attribute")) {
      Side side = side(entity);
      if (!side.keyed() && !side.columns().contains(name)) {
        throw unknown(entity, name, quoted(side.columns()));
      }
      return new Key(entity, name);
    }
    String known = otherNames.getOrDefault(name, name);
    Attribute attribute = attributes.get(known);
    if (attribute == null || (attribute.use() != Use.BOTH && attribute.use() != use)) {
      throw unknown(entity, name, names(use));
    }
    return new Key(entity, known);
  }

  private static RegistryException unknown(String entity, String name, String valid) {
    return RegistryException.invalid(
        "Invalid " + entity + " key '" + name + "' specified. Valid keys are '" + valid + "'");
  }

  private String names(Use use) {
    return quoted(
        attributes.entrySet().stream()
            .filter(each -> each.getValue().use() == Use.BOTH || each.getValue().use() == use)
            .map(Map.Entry::getKey)
            .toList());
  }

  private static String quoted(Collection<String> names) {
    return names.stream()
        .map(each -> "'" + each + "'")
        .sorted()
        .collect(Collectors.joining(", ", "{", "}"));
  }

  /// The dot between entity and name, outside quotes.
  private static int dot(String written) {
    char open = 0;
    for (int i = 0; i < written.length(); i++) {
      char c = written.charAt(i);
      if (open != 0) {
        open = c == open ? 0 : open;
      } else if (c == '`' || c == '"') {
        open = c;
      } else if (c == '.') {
        return i;
      }
    }
    return -1;
  }

  private String entity(String written) {
    String known = ENTITIES.get(written.toLowerCase(Locale.ROOT));
    if (known == null || !(known.equals("attribute") || sides.containsKey(known))) {
      String valid =
          ORDER.stream()
              .filter(each -> each.equals("attribute") || sides.containsKey(each))
              .map(each -> "'" + each + "'")
              .collect(Collectors.joining(", ", "[", "]"));
      throw RegistryException.invalid(
          "Invalid entity type '" + written + "'. Valid values are " + valid);
    }
    return known;
  }

  Attribute attribute(String name) {
    return require(attributes.get(name), name);
  }

  Side side(String entity) {
    return require(sides.get(entity), entity);
  }

  private static <T> T require(@Nullable T found, String name) {
    if (found == null) {
      throw new IllegalArgumentException(name + " was not checked");
    }
    return found;
  }
}
