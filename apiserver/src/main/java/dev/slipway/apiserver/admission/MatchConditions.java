package dev.slipway.apiserver.admission;

import dev.slipway.apiserver.cel.CelEnvironment;
import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/// `matchConditions` of a webhook or policy.
record MatchConditions(List<Expression> conditions) {

  /// What the conditions came to.
  sealed interface Verdict {
    /// All are true.
    record Holds() implements Verdict {}

    /// One is false, whatever the others are.
    record Fails() implements Verdict {}

    /// None is false, but some could not be evaluated.
    record Broken(String message) implements Verdict {}
  }

  static MatchConditions read(JsonNode list, Supplier<CelEnvironment> environment) {
    var conditions = new ArrayList<Expression>();
    for (JsonNode each : list) {
      String text = Json.text(each, "expression");
      conditions.add(new Expression(text, environment.get().compileCondition(text)));
    }
    return new MatchConditions(List.copyOf(conditions));
  }

  Verdict judge(Supplier<Map<String, ?>> variables) {
    if (conditions.isEmpty()) {
      return new Verdict.Holds();
    }
    Map<String, ?> values = variables.get();
    var failures = new ArrayList<String>();
    for (Expression condition : conditions) {
      switch (condition.evaluate(values)) {
        case Expression.Result.Value value -> {
          if (value.isFalse()) {
            return new Verdict.Fails();
          }
        }
        case Expression.Result.Failure(String message) -> failures.add(message);
      }
    }
    return failures.isEmpty() ? new Verdict.Holds() : new Verdict.Broken(told(failures));
  }

  private static String told(List<String> failures) {
    List<String> distinct = failures.stream().distinct().toList();
    return distinct.size() == 1 ? distinct.getFirst() : "[" + String.join(", ", distinct) + "]";
  }
}
