package dev.slipway.dataplane.gateway;

import dev.slipway.net.Request;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The rules of one host, found by path.
///
/// Implementation note. With few rules each is asked in turn. With many, those for one path and
/// those for a path and what is below it are found by that path; only expressions and prefixes of
/// text are asked in turn. Of all that match, the first of the host's order decides.
final class CompiledHost {
  private static final int FEW = 8;
  private static final int[] NONE = {};

  private final List<CompiledRule> rules;
  private final @Nullable CompiledRule onlyHttps;
  private final boolean indexed;
  private final Regions<int[]> exact;
  private final Regions<int[]> below;
  private final int[] others;

  CompiledHost(List<CompiledRule> rules, @Nullable CompiledRule onlyHttps) {
    this.rules = List.copyOf(rules);
    this.onlyHttps = onlyHttps;
    indexed = rules.size() > FEW;
    var byPath = new HashMap<String, List<Integer>>();
    var byPrefix = new HashMap<String, List<Integer>>();
    var rest = new ArrayList<Integer>();
    for (int i = 0; i < rules.size(); i++) {
      switch (rules.get(i).path()) {
        case PathRule.Exact(var value) ->
            byPath.computeIfAbsent(value, _ -> new ArrayList<>()).add(i);
        case PathRule.Elements(var value) ->
            byPrefix.computeIfAbsent(value, _ -> new ArrayList<>()).add(i);
        case PathRule.Text _, PathRule.Regex _ -> rest.add(i);
      }
    }
    exact = new Regions<>(arrays(byPath), false);
    below = new Regions<>(arrays(byPrefix), false);
    others = array(rest);
  }

  private static Map<String, int[]> arrays(Map<String, List<Integer>> lists) {
    var arrays = new HashMap<String, int[]>();
    lists.forEach((path, list) -> arrays.put(path, array(list)));
    return arrays;
  }

  private static int[] array(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }

  /// The rule found, or the way to TLS where the host wants it and the client came without.
  CompiledRule secured(CompiledRule found, Request request) {
    if (onlyHttps == null
        || request.secure()
        || request.header("x-forwarded-proto").equalsIgnoreCase("https")) {
      return found;
    }
    return onlyHttps;
  }

  List<CompiledRule> rules() {
    return rules;
  }

  /// The first rule that takes the request; null if none does.
  @Nullable CompiledRule find(Request request, String path) {
    if (!indexed) {
      for (int i = 0; i < rules.size(); i++) {
        var rule = rules.get(i);
        if (rule.matches(request, path)) {
          return rule;
        }
      }
      return null;
    }
    int best = first(candidates(exact, path, path.length()), rules.size(), request, path);
    int end = path.length();
    while (end >= 0) {
      best = first(candidates(below, path, end), best, request, path);
      end = end == 0 ? -1 : Math.max(0, path.lastIndexOf('/', end - 1));
    }
    best = first(others, best, request, path);
    return best == rules.size() ? null : rules.get(best);
  }

  private static int[] candidates(Regions<int[]> regions, String path, int end) {
    var found = regions.find(path, 0, end);
    return found == null ? NONE : found;
  }

  private int first(int[] candidates, int best, Request request, String path) {
    for (int candidate : candidates) {
      if (candidate >= best) {
        return best;
      }
      if (rules.get(candidate).matches(request, path)) {
        return candidate;
      }
    }
    return best;
  }
}
