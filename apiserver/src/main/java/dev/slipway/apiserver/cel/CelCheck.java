package dev.slipway.apiserver.cel;

import dev.slipway.apiserver.schema.Schema;
import dev.slipway.apiserver.schema.Schema.ListType;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Judges the CEL rules of a schema when its definition is written: each must compile against the
/// types of its node.
public final class CelCheck {
  private final List<Problem> problems = new ArrayList<>();

  private CelCheck() {}

  /// @param here where the schema stands in its definition
  public static List<Problem> problems(Schema schema, FieldPath here) {
    var check = new CelCheck();
    check.node(schema, true, here, Optional.empty());
    return check.problems;
  }

  /// @param uncorrelated the nearest node above below which no old value can be found
  private void node(Schema schema, boolean root, FieldPath here, Optional<FieldPath> uncorrelated) {
    for (int i = 0; i < schema.rules().size(); i++) {
      rule(schema, root, i, here.field("x-kubernetes-validations").index(i), uncorrelated);
    }
    for (Map.Entry<String, Schema> property : schema.properties().entrySet()) {
      Schema shape = property.getValue();
      FieldPath there = here.field("properties").key(property.getKey());
      Optional<FieldPath> lost =
          schema.atomicMap() ? uncorrelated.or(() -> Optional.of(here)) : uncorrelated;
      node(shape, shape.embedded(), there, lost);
    }
    schema
        .values()
        .ifPresent(
            shape ->
                node(shape, shape.embedded(), here.field("additionalProperties"), uncorrelated));
    Optional<FieldPath> lost =
        schema.listType() == ListType.MAP ? uncorrelated : uncorrelated.or(() -> Optional.of(here));
    schema.items().ifPresent(shape -> node(shape, shape.embedded(), here.field("items"), lost));
  }

  private void rule(
      Schema schema, boolean root, int index, FieldPath here, Optional<FieldPath> uncorrelated) {
    Schema.Rule rule = schema.rules().get(index);
    CelEnvironment environment =
        CelRule.environment(schema, root, rule.optionalOldSelf().orElse(false));
    switch (environment.compile(rule.rule())) {
      case CelCompilation.Refused(String why) ->
          problems.add(
              Problem.invalid(here.field("rule"), shown(rule), "compilation failed: " + why));
      case CelCompilation.Program(CelProgram program) ->
          wellUsed(program, rule, here, uncorrelated);
    }
    if (!rule.messageExpression().isBlank()) {
      message(environment, rule, here.field("messageExpression"));
    }
  }

  private void wellUsed(
      CelProgram program, Schema.Rule rule, FieldPath here, Optional<FieldPath> uncorrelated) {
    if (!program.resultType().equals("bool") && !program.resultType().equals("dyn")) {
      problems.add(
          Problem.invalid(
              here.field("rule"), shown(rule), "cel expression must evaluate to a bool"));
    }
    if (program.mentions("oldSelf")) {
      if (uncorrelated.isPresent()) {
        problems.add(
            Problem.invalid(
                here.field("rule"),
                rule.rule(),
                "oldSelf cannot be used on the uncorrelatable portion of the schema within "
                    + uncorrelated.get()));
      }
    } else if (rule.optionalOldSelf().isPresent()) {
      problems.add(
          Problem.invalid(
              here.field("optionalOldSelf"),
              rule.optionalOldSelf().get(),
              "may not be set if oldSelf is not used in rule"));
    }
  }

  private void message(CelEnvironment environment, Schema.Rule rule, FieldPath here) {
    switch (environment.compile(rule.messageExpression())) {
      case CelCompilation.Refused(String why) ->
          problems.add(
              Problem.invalid(here, shown(rule), "messageExpression compilation failed: " + why));
      case CelCompilation.Program(CelProgram program) -> {
        if (!program.mayYieldText()) {
          problems.add(
              Problem.invalid(here, shown(rule), "messageExpression must evaluate to a string"));
        }
      }
    }
  }

  /// The rule as the original prints one.
  private static JsonNode shown(Schema.Rule rule) {
    ObjectNode shown =
        Json.object()
            .put("Rule", rule.rule())
            .put("Message", rule.message())
            .put("MessageExpression", rule.messageExpression());
    if (rule.reason().equals("FieldValueInvalid")) {
      shown.putNull("Reason");
    } else {
      shown.put("Reason", rule.reason());
    }
    shown.put("FieldPath", rule.fieldPath());
    rule.optionalOldSelf()
        .ifPresentOrElse(
            value -> shown.put("OptionalOldSelf", value), () -> shown.putNull("OptionalOldSelf"));
    return shown;
  }
}
