package dev.slipway.apiserver.builtin;

import java.util.List;

/// What the names of one kind must look like.
@FunctionalInterface
public interface NameRule {
  /// Says what is wrong with a name; empty where nothing is.
  ///
  /// @param prefix the text is a `generateName`, to which a suffix will be appended
  List<String> check(String name, boolean prefix);

  /// A rule for whole names that forgives a prefix its trailing dash.
  static NameRule of(Names.Rule rule) {
    return (name, prefix) -> rule.check(prefix ? maskTrailingDash(name) : name);
  }

  private static String maskTrailingDash(String name) {
    boolean masks = name.length() > 1 && name.endsWith("-");
    return masks ? name.substring(0, name.length() - 2) + "a" : name;
  }
}
