package dev.slipway.apiserver.admission;

import dev.slipway.apiserver.cel.CelException;
import dev.slipway.apiserver.cel.CelLazyFields;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/// One policy applied to one request with one parameter object.
///
/// Words: `pkg/admission/plugin/policy/validating/validator.go`.
final class PolicyEvaluation {
  private static final int MAX_MESSAGE = 5 * 1024;

  private final AdmissionPolicy policy;
  private final Map<String, Object> values;

  /// What speaks against the request.
  ///
  /// @param reason empty for `Invalid`
  record Objection(String message, String reason) {}

  /// @param values of the request's own variables; not changed
  PolicyEvaluation(
      AdmissionPolicy policy, Map<String, Object> values, JsonNode params, JsonNode namespace) {
    this.policy = policy;
    this.values = new HashMap<>(values);
    this.values.put("params", params);
    this.values.put("namespaceObject", namespace);
    this.values.put("variables", variables());
  }

  /// Each variable sees those before it, so that no two can wait for each other.
  private CelLazyFields variables() {
    Map<String, Supplier<Object>> fields = new LinkedHashMap<>();
    CelLazyFields known = new CelLazyFields(Map.of());
    for (Map.Entry<String, Expression> each : policy.variables().entrySet()) {
      Map<String, Object> visible = new HashMap<>(values);
      visible.put("variables", known);
      Expression expression = each.getValue();
      Map<String, Object> remembered = new HashMap<>();
      fields.put(
          each.getKey(), () -> remembered.computeIfAbsent("", _ -> valueOf(expression, visible)));
      known = new CelLazyFields(fields);
    }
    return known;
  }

  private static Object valueOf(Expression expression, Map<String, Object> visible) {
    return switch (expression.evaluate(visible)) {
      case Expression.Result.Value(Object value) -> value;
      case Expression.Result.Failure(String message) -> throw new CelException(message);
    };
  }

  /// All objections, in the order of the validations; none where a match condition is false.
  List<Objection> objections() {
    return switch (policy.conditions().judge(() -> values)) {
      case MatchConditions.Verdict.Fails _ -> List.of();
      case MatchConditions.Verdict.Broken(String message) -> failure(message).stream().toList();
      case MatchConditions.Verdict.Holds _ -> {
        var found = new ArrayList<Objection>();
        for (AdmissionPolicy.Validation each : policy.validations()) {
          judge(each).ifPresent(found::add);
        }
        yield found;
      }
    };
  }

  private Optional<Objection> failure(String message) {
    return policy.ignoresFailure() ? Optional.empty() : Optional.of(new Objection(message, ""));
  }

  private Optional<Objection> judge(AdmissionPolicy.Validation validation) {
    return switch (validation.expression().evaluate(values)) {
      case Expression.Result.Failure(String message) -> failure(message);
      case Expression.Result.Value value ->
          value.isTrue()
              ? Optional.empty()
              : Optional.of(new Objection(message(validation), validation.reason()));
    };
  }

  private String message(AdmissionPolicy.Validation validation) {
    String computed = validation.messageExpression().map(this::text).orElse("");
    if (!computed.isEmpty()) {
      return computed;
    }
    String written = validation.message().strip();
    return written.isEmpty()
        ? "failed expression: " + validation.expression().text().strip()
        : written;
  }

  /// Empty where the expression fails or yields no text fit to show.
  private String text(Expression expression) {
    if (expression.evaluate(values) instanceof Expression.Result.Value(Object value)
        && value instanceof String text) {
      String stripped = text.strip();
      return stripped.length() > MAX_MESSAGE || stripped.contains("\n") ? "" : stripped;
    }
    return "";
  }
}
