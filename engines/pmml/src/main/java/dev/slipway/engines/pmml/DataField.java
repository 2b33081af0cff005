package dev.slipway.engines.pmml;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A field of the `DataDictionary`: its type and which values are valid, invalid or mean missing.
///
/// @param values declared valid, by text; the value is what to display
/// @param valid the same values as numbers (see [Kind]), sorted
record DataField(
    String name,
    Kind kind,
    String optype,
    Map<String, String> values,
    List<Double> valid,
    List<Double> invalid,
    List<Double> missing,
    List<Interval> intervals) {

  static DataField of(Element element, Symbols symbols) {
    var kind = Kind.of(element);
    var values = new LinkedHashMap<String, String>();
    var valid = new ArrayList<Double>();
    var invalid = new ArrayList<Double>();
    var missing = new ArrayList<Double>();
    for (var value : element.children("Value")) {
      var text = value.text("value");
      double number = kind == Kind.STRING ? symbols.add(text) : kind.parse(text, symbols);
      switch (value.word("property", "valid", List.of("valid", "invalid", "missing"))) {
        case "valid" -> {
          values.put(text, value.text("displayValue", text));
          valid.add(number);
        }
        case "invalid" -> invalid.add(number);
        default -> missing.add(number);
      }
    }
    var intervals = element.children("Interval").stream().map(Interval::of).toList();
    var optype =
        element.word("optype", "continuous", List.of("continuous", "categorical", "ordinal"));
    return new DataField(
        element.text("name"), kind, optype, values, valid, invalid, missing, intervals);
  }

  /// Whether any value of the type will do.
  boolean unrestricted() {
    return valid.isEmpty() && invalid.isEmpty() && missing.isEmpty() && intervals.isEmpty();
  }

  boolean isMissing(double value) {
    return Double.isNaN(value) || (!missing.isEmpty() && missing.contains(value));
  }

  /// Whether a value that is not missing is a valid one.
  boolean isValid(double value) {
    if (!invalid.isEmpty() && invalid.contains(value)) {
      return false;
    }
    if (valid.isEmpty() && intervals.isEmpty()) {
      return true;
    }
    return valid.contains(value) || intervals.stream().anyMatch(each -> each.contains(value));
  }

  /// What valid values are, for messages.
  String expected() {
    var parts = new ArrayList<String>();
    if (!values.isEmpty()) {
      parts.add("one of: " + String.join(", ", values.keySet().stream().limit(20).toList()));
    }
    if (!intervals.isEmpty()) {
      parts.add("in " + Arrays.toString(intervals.toArray()));
    }
    return parts.isEmpty() ? "a value of the type " + kind : String.join(" or ", parts);
  }
}
