package dev.slipway.apiserver.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.slipway.apiserver.schema.Schema;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A compiled expression. Immutable and thread-safe.
public final class CelProgram {
  private final CelRuntime.Program program;
  private final CelType resultType;
  private final Set<String> references;
  private final Map<String, Schema> schemas;

  CelProgram(CelAbstractSyntaxTree ast, CelRuntime.Program program, Map<String, Schema> schemas) {
    this.program = program;
    this.resultType = ast.getResultType();
    this.references =
        ast.getReferenceMap().values().stream()
            .map(reference -> reference.name())
            .collect(Collectors.toUnmodifiableSet());
    this.schemas = schemas;
  }

  /// Runs the expression.
  ///
  /// @param variables by name; `JsonNode`, [CelLazyFields], [CelAuthorizer], `Optional` of these,
  ///     or
  ///     a plain value
  /// @throws CelException if it fails or takes more steps than allowed
  public Object evaluate(Map<String, ?> variables) {
    try {
      return program.eval(name -> Optional.ofNullable(adapted(name, variables)));
    } catch (CelEvaluationException failed) {
      throw new CelException(CelFailures.words(failed));
    }
  }

  /// Runs an expression that yields a truth value.
  ///
  /// @throws CelException if it fails, takes more steps than allowed, or yields something else
  public boolean test(Map<String, ?> variables) {
    if (evaluate(variables) instanceof Boolean truth) {
      return truth;
    }
    throw new CelException("expression did not evaluate to a bool");
  }

  /// Whether the expression mentions a variable.
  public boolean mentions(String variable) {
    return references.contains(variable);
  }

  /// The static type as CEL writes it: `bool`, `string`, `list(int)`, `dyn`, …
  public String resultType() {
    return resultType.name();
  }

  /// Whether the result is text, or may be.
  public boolean mayYieldText() {
    return resultType.kind() == CelKind.STRING || resultType.kind() == CelKind.DYN;
  }

  boolean mayYield(CelType type) {
    return resultType.kind() == type.kind() || resultType.kind() == CelKind.DYN;
  }

  private @Nullable Object adapted(String name, Map<String, ?> variables) {
    Object value = variables.get(name);
    if (value == null) {
      return requestResource(name, variables);
    }
    Schema schema = schemas.getOrDefault(name, Schema.ANYTHING);
    return switch (value) {
      case JsonNode node -> CelValues.of(node, schema);
      case Optional<?> maybe ->
          maybe.map(inner -> inner instanceof JsonNode node ? CelValues.of(node, schema) : inner);
      default -> value;
    };
  }

  private static @Nullable Object requestResource(String name, Map<String, ?> variables) {
    int dot = name.lastIndexOf(".requestResource");
    if (dot > 0 && variables.get(name.substring(0, dot)) instanceof CelAuthorizer authorizer) {
      return authorizer.requestResource().orElse(null);
    }
    return null;
  }
}
