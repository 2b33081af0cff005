package dev.slipway.apiserver.builtin.batch;

import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.Problems;

/// A rule of a job's `successPolicy`, and the indexes it names: `1,3-5,7`.
///
/// Source: `validateSuccessPolicyRule` and `validateIndexesFormat` in
/// `pkg/apis/batch/validation/validation.go`.
final class SuccessRules {
  private static final int MOST_TEXT = 64 * 1024;

  private SuccessRules() {}

  static void rule(Field rule, long completions, Problems problems) {
    Field count = rule.at("succeededCount");
    Field indexes = rule.at("succeededIndexes");
    if (!count.present() && !indexes.present()) {
      problems.required(
          rule, "at least one of succeededCount or succeededIndexes must be specified");
    }
    long named = Long.MAX_VALUE;
    if (indexes.present()) {
      if (indexes.text().length() > MOST_TEXT) {
        problems.tooLong(indexes, MOST_TEXT);
      }
      try {
        named = count(indexes.text(), completions);
      } catch (IllegalArgumentException problem) {
        named = 0;
        problems.invalid(indexes, "error parsing succeededIndexes: " + problem.getMessage());
      }
    }
    problems.notNegative(count);
    atMost(count, completions, "the number of specified completions", problems);
    atMost(count, named, "the number of indexes in the specified succeededIndexes field", problems);
  }

  private static void atMost(Field count, long most, String what, Problems problems) {
    if (count.number(0) > most) {
      problems.invalid(count, "must be less than or equal to " + most + " (" + what + ")");
    }
  }

  /// How many indexes a list names.
  ///
  /// @throws IllegalArgumentException if it is no list of rising indexes below `completions`
  private static long count(String list, long completions) {
    if (list.isEmpty()) {
      return 0;
    }
    long total = 0;
    long last = -1;
    for (String interval : list.split(",", -1)) {
      String[] ends = interval.split("-", -1);
      if (ends.length > 2) {
        throw new IllegalArgumentException(
            "the fragment \""
                + interval
                + "\" violates the requirement that an index interval can have at most two parts"
                + " separated by '-'");
      }
      long from = index(ends[0], completions);
      long to = ends.length == 2 ? index(ends[1], completions) : from;
      if (ends.length == 2 && from >= to) {
        throw disordered(from, to);
      }
      if (last >= from) {
        throw disordered(last, from);
      }
      total += to - from + 1;
      last = to;
    }
    return total;
  }

  private static long index(String text, long completions) {
    if (!text.matches("\\+?\\d{1,18}")) {
      throw new IllegalArgumentException(
          "cannot convert string to integer for index: \"" + text + "\"");
    }
    long index = Long.parseLong(text);
    if (index >= completions) {
      throw new IllegalArgumentException("too large index: \"" + text + "\"");
    }
    return index;
  }

  private static IllegalArgumentException disordered(long previous, long current) {
    return new IllegalArgumentException(
        "non-increasing order, previous: " + previous + ", current: " + current);
  }
}
