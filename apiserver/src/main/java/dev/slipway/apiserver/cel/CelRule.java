package dev.slipway.apiserver.cel;

import dev.slipway.apiserver.schema.Schema;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One compiled rule of `x-kubernetes-validations`.
final class CelRule {
  private static final int MAX_MESSAGE_BYTES = 5 * 1024;

  private final Schema.Rule rule;
  private final CelCompilation condition;
  private final Optional<CelProgram> message;

  private CelRule(Schema.Rule rule, CelEnvironment environment) {
    this.rule = rule;
    this.condition = environment.compileCondition(rule.rule());
    this.message =
        rule.messageExpression().isBlank()
            ? Optional.empty()
            : program(environment.compile(rule.messageExpression()));
  }

  private static Optional<CelProgram> program(CelCompilation compiled) {
    return compiled instanceof CelCompilation.Program(CelProgram program)
        ? Optional.of(program)
        : Optional.empty();
  }

  static List<CelRule> all(Schema schema, boolean root) {
    if (schema.rules().isEmpty()) {
      return List.of();
    }
    var rules = new ArrayList<CelRule>();
    var environments = new HashMap<Boolean, CelEnvironment>();
    for (Schema.Rule each : schema.rules()) {
      boolean optional = each.optionalOldSelf().orElse(false);
      CelEnvironment environment =
          environments.computeIfAbsent(optional, _ -> environment(schema, root, optional));
      rules.add(new CelRule(each, environment));
    }
    return rules;
  }

  /// The variables of rules at a schema node: `self` and `oldSelf`.
  static CelEnvironment environment(Schema schema, boolean root, boolean optionalOldSelf) {
    CelEnvironment.Builder variables = CelEnvironment.builder();
    if (schema.type() == Schema.Type.INT_OR_STRING || schema.type() == Schema.Type.ANY) {
      return variables.dynamic("self").dynamic("oldSelf").build();
    }
    variables.typed("self", schema, root);
    return optionalOldSelf
        ? variables.optional("oldSelf", schema, root).build()
        : variables.typed("oldSelf", schema, root).build();
  }

  Optional<Problem> judge(
      JsonNode value, @Nullable JsonNode old, boolean unchanged, FieldPath here) {
    CelProgram program;
    switch (condition) {
      case CelCompilation.Refused(String why) -> {
        return Optional.of(problem(here, value, "rule compile error: " + why));
      }
      case CelCompilation.Program(CelProgram compiled) -> program = compiled;
    }
    boolean optional = rule.optionalOldSelf().orElse(false);
    boolean aboutChange = program.mentions("oldSelf");
    if (aboutChange && old == null && !optional) {
      return Optional.empty();
    }
    Map<String, ?> variables = variables(value, old, optional);
    try {
      if (program.test(variables)) {
        return Optional.empty();
      }
    } catch (CelException failed) {
      return Optional.of(problem(here, value, words(String.valueOf(failed.getMessage()))));
    }
    return !aboutChange && unchanged
        ? Optional.empty()
        : Optional.of(refusal(value, here, message(variables)));
  }

  private static Map<String, ?> variables(
      JsonNode value, @Nullable JsonNode old, boolean optional) {
    if (optional) {
      return Map.of("self", value, "oldSelf", Optional.ofNullable(old));
    }
    return old == null ? Map.of("self", value) : Map.of("self", value, "oldSelf", old);
  }

  private String words(String failure) {
    if (failure.startsWith("no such overload")) {
      return "'"
          + failure
          + "': call arguments did not match a supported operator, function or macro signature for"
          + " rule: "
          + rule.rule();
    }
    if (failure.startsWith("operation cancelled: actual cost limit exceeded")) {
      return "'"
          + failure
          + "': no further validation rules will be run due to call cost exceeds limit for rule: "
          + rule.rule();
    }
    return failure + " evaluating rule: " + rule.rule();
  }

  private String message(Map<String, ?> variables) {
    String written =
        rule.message().isBlank() ? "failed rule: " + rule.rule().strip() : rule.message().strip();
    if (message.isEmpty()) {
      return written;
    }
    try {
      String said = String.valueOf(message.get().evaluate(variables)).strip();
      boolean usable =
          !said.isEmpty() && said.indexOf('\n') < 0 && said.length() <= MAX_MESSAGE_BYTES;
      return usable ? said : written;
    } catch (CelException _) {
      return written;
    }
  }

  private Problem refusal(JsonNode value, FieldPath here, String detail) {
    String field = here.toString();
    if (!rule.fieldPath().isBlank()) {
      String below = normalized(rule.fieldPath().strip());
      field = field.isEmpty() ? below : below.startsWith("[") ? field + below : field + "." + below;
    }
    Problem.Type type =
        switch (rule.reason()) {
          case "FieldValueForbidden" -> Problem.Type.FORBIDDEN;
          case "FieldValueRequired" -> Problem.Type.REQUIRED;
          case "FieldValueDuplicate" -> Problem.Type.DUPLICATE;
          default -> Problem.Type.INVALID;
        };
    return new Problem(type, field, found(value), detail);
  }

  /// `.spec['a b']` as paths are written: `spec.a b`, map keys in brackets without quotes.
  private static String normalized(String path) {
    String bare = path.replace("['", "[").replace("']", "]");
    return bare.startsWith(".") ? bare.substring(1) : bare;
  }

  /// Values with parts are not repeated to the user.
  private static String found(JsonNode value) {
    return value.isContainer() ? "" : value.toString();
  }

  /// A problem with the rule rather than the value: shows the type of what it was to judge.
  static Problem problem(FieldPath here, JsonNode value, String detail) {
    String type =
        switch (value.getNodeType()) {
          case OBJECT -> "object";
          case ARRAY -> "array";
          case STRING -> "string";
          case BOOLEAN -> "boolean";
          case NUMBER -> value.isIntegralNumber() ? "integer" : "number";
          case NULL, MISSING, BINARY, POJO -> "null";
        };
    return Problem.invalid(here, type, detail);
  }
}
