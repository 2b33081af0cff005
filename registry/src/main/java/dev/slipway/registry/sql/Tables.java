package dev.slipway.registry.sql;

import java.util.List;

/// What a database is to hold: numbered scripts, each run once.
///
/// @param versions names the table that remembers which have run
/// @param beside the class whose package holds the scripts
/// @param scripts in order; statements end with `;` and a line's end
public record Tables(String versions, Class<?> beside, List<String> scripts) {
  /// MLflow's.
  static final Tables REGISTRY =
      new Tables(
          "registry_schema",
          Tables.class,
          List.of(
              "001-tables.sql",
              "002-traces.sql",
              "003-search.sql",
              "004-access.sql",
              "005-numbers.sql"));

  public Tables {
    scripts = List.copyOf(scripts);
  }
}
