package dev.slipway.node.models;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What a command line says: `--name=value`, `--name value`, `-name=value`, and words that are
/// neither. Names are compared without regard to `-` and `_`; of several, the last counts.
///
/// @param named by name without dashes in front, `_` for `-`
record Flags(Map<String, String> named, List<String> words) {
  Flags {
    named = Map.copyOf(named);
    words = List.copyOf(words);
  }

  static Flags of(List<String> args) {
    var named = new HashMap<String, String>();
    var words = new ArrayList<String>();
    for (int i = 0; i < args.size(); i++) {
      var each = args.get(i);
      if (!each.startsWith("-") || each.equals("-") || each.equals("--")) {
        words.add(each);
        continue;
      }
      int equals = each.indexOf('=');
      boolean follows = equals < 0 && i + 1 < args.size() && !args.get(i + 1).startsWith("-");
      if (equals >= 0) {
        named.put(name(each.substring(0, equals)), each.substring(equals + 1));
      } else if (follows) {
        named.put(name(each), args.get(++i));
      } else {
        named.put(name(each), "true");
      }
    }
    return new Flags(named, words);
  }

  /// Also of commands written as one text: `sh -c "tritonserver --model-repository=/m"`.
  static Flags of(List<String> command, List<String> args) {
    var all = new ArrayList<String>();
    for (var each : List.of(command, args)) {
      for (var word : each) {
        boolean sentence = word.contains(" --");
        all.addAll(sentence ? List.of(word.strip().split("\\s+", -1)) : List.of(word));
      }
    }
    return of(all);
  }

  private static String name(String flag) {
    return flag.replaceFirst("^-+", "").replace('-', '_').toLowerCase(Locale.ROOT);
  }

  /// The first of these flags that is given.
  Optional<String> first(String... names) {
    for (var name : names) {
      var value = named.get(name);
      if (value != null && !value.isEmpty()) {
        return Optional.of(value);
      }
    }
    return Optional.empty();
  }

  /// A port, where the flag names one.
  Optional<Integer> port(String... names) {
    return first(names)
        .filter(value -> value.matches("\\d{1,5}"))
        .map(Integer::parseInt)
        .filter(value -> value <= 65535);
  }
}
