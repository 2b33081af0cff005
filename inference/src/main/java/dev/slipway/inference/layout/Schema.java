package dev.slipway.inference.layout;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The messages and enums a text may use, written one field a line:
///
/// ```
/// enum Color RED GREEN
/// message Box
///   string name
///   Color* colors          a list
///   string>Box boxes       a map
///   int32 width ?size      one of the fields marked ?size at most
/// ```
final class Schema {
  private static final Pattern FIELD =
      Pattern.compile("(?:(\\w+)>)?(\\w+)(\\*)?\\s+(\\w+)(?:\\s+\\?(\\w+))?");

  /// @param type a scalar's name, or that of a message or enum
  /// @param key type of a map's keys; `""` for no map
  /// @param oneOf the group of which only one may be set; `""` for none
  record Field(String name, String type, String key, boolean list, String oneOf) {
    boolean map() {
      return !key.isEmpty();
    }
  }

  private final Map<String, SequencedMap<String, Field>> messages = new LinkedHashMap<>();
  private final Map<String, List<String>> enums = new LinkedHashMap<>();

  private Schema() {}

  static Schema of(String text) {
    var schema = new Schema();
    SequencedMap<String, Field> fields = new LinkedHashMap<>();
    for (String line : text.lines().map(String::strip).filter(each -> !each.isEmpty()).toList()) {
      String[] words = line.split("\\s+", -1);
      if (words[0].equals("enum")) {
        schema.enums.put(words[1], List.of(words).subList(2, words.length));
      } else if (words[0].equals("message")) {
        fields = new LinkedHashMap<>();
        schema.messages.put(words[1], fields);
      } else {
        Field field = field(line);
        fields.put(field.name(), field);
      }
    }
    return schema;
  }

  private static Field field(String line) {
    Matcher parts = FIELD.matcher(line);
    if (!parts.matches()) {
      throw new IllegalArgumentException(line);
    }
    return new Field(
        parts.group(4),
        parts.group(2),
        parts.group(1) == null ? "" : parts.group(1),
        parts.group(3) != null,
        parts.group(5) == null ? "" : parts.group(5));
  }

  boolean message(String type) {
    return messages.containsKey(type);
  }

  /// The fields of a message, in order.
  SequencedMap<String, Field> fields(String message) {
    return messages.getOrDefault(message, new LinkedHashMap<>());
  }

  /// The values of an enum by number; null for what is no enum.
  @Nullable List<String> values(String type) {
    return enums.get(type);
  }

  /// The known name most like a wrong one; `""` where none is like it.
  static String nearest(String wrong, Iterable<String> known) {
    var best = new ArrayList<String>(List.of(""));
    int least = Math.max(2, wrong.length() / 3) + 1;
    for (String each : known) {
      int distance = distance(wrong, each);
      if (distance < least || (each.startsWith(wrong) && best.getFirst().isEmpty())) {
        least = Math.min(distance, least);
        best.set(0, each);
      }
    }
    return best.getFirst();
  }

  /// Levenshtein's.
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int kept = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(kept, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
