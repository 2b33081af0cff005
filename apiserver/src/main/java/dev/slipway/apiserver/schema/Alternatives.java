package dev.slipway.apiserver.schema;

import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// `allOf`, `anyOf`, `oneOf` and `not` of one schema node.
record Alternatives(
    List<ValueCheck> allOf, List<ValueCheck> anyOf, List<ValueCheck> oneOf, List<ValueCheck> not) {

  static @Nullable Alternatives of(Function<String, @Nullable JsonNode> keyword) {
    var all =
        new Alternatives(
            checks(keyword.apply("allOf")),
            checks(keyword.apply("anyOf")),
            checks(keyword.apply("oneOf")),
            single(keyword.apply("not")));
    boolean none =
        all.allOf.isEmpty() && all.anyOf.isEmpty() && all.oneOf.isEmpty() && all.not.isEmpty();
    return none ? null : all;
  }

  private static List<ValueCheck> checks(@Nullable JsonNode list) {
    var checks = new ArrayList<ValueCheck>();
    if (list != null) {
      list.forEach(each -> checks.add(ValueCheck.ofNested(each)));
    }
    return checks;
  }

  private static List<ValueCheck> single(@Nullable JsonNode nested) {
    return nested == null || !nested.isObject() ? List.of() : List.of(ValueCheck.ofNested(nested));
  }

  void judge(JsonNode value, Place here, List<Problem> problems) {
    anyOf(value, here, problems);
    oneOf(value, here, problems);
    allOf(value, here, problems);
    for (ValueCheck each : not) {
      if (each.problems(value, here).isEmpty()) {
        problems.add(about(here, "must not validate the schema (not)"));
      }
    }
  }

  private void anyOf(JsonNode value, Place here, List<Problem> problems) {
    List<Problem> nearest = nearest(anyOf, value, here);
    if (!nearest.isEmpty()) {
      problems.add(about(here, "must validate at least one schema (anyOf)"));
      problems.addAll(nearest);
    }
  }

  private void oneOf(JsonNode value, Place here, List<Problem> problems) {
    if (oneOf.isEmpty()) {
      return;
    }
    long valid = oneOf.stream().filter(each -> each.problems(value, here).isEmpty()).count();
    if (valid == 0) {
      problems.add(about(here, "must validate one and only one schema (oneOf). Found none valid"));
      problems.addAll(nearest(oneOf, value, here));
    } else if (valid > 1) {
      problems.add(
          about(
              here,
              "must validate one and only one schema (oneOf). Found "
                  + valid
                  + " valid alternatives"));
    }
  }

  private void allOf(JsonNode value, Place here, List<Problem> problems) {
    int valid = 0;
    for (ValueCheck each : allOf) {
      List<Problem> found = each.problems(value, here);
      problems.addAll(found);
      valid += found.isEmpty() ? 1 : 0;
    }
    if (valid < allOf.size()) {
      String tail = valid == 0 ? ". None validated" : "";
      problems.add(about(here, "must validate all the schemas (allOf)" + tail));
    }
  }

  /// What the alternative that fails least objects to; empty where one succeeds.
  private static List<Problem> nearest(List<ValueCheck> checks, JsonNode value, Place here) {
    List<Problem> nearest = List.of();
    for (ValueCheck each : checks) {
      List<Problem> found = each.problems(value, here);
      if (found.isEmpty()) {
        return found;
      }
      nearest = nearest.isEmpty() || found.size() < nearest.size() ? found : nearest;
    }
    return nearest;
  }

  private static Problem about(Place here, String words) {
    return new Problem(Problem.Type.INVALID, Place.NOWHERE, "\"\"", "\"" + here + "\" " + words);
  }
}
