package dev.slipway.apiserver.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.CelType;
import dev.cel.common.types.OptionalType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.runtime.CelEvaluationException;
import dev.slipway.apiserver.schema.Schema;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// The variables an expression may use, with their types. Immutable and thread-safe; making one
/// costs about a millisecond, so keep it.
public final class CelEnvironment {
  /// Longest expression accepted, in code points.
  public static final int MAX_EXPRESSION_LENGTH = CelLibraries.MAX_EXPRESSION_LENGTH;

  private final CelCompiler compiler;
  private final Map<String, Schema> schemas;

  private CelEnvironment(Builder parts) {
    CelCompilerBuilder made = CelLibraries.CEL.toCompilerBuilder();
    made.setTypeProvider(parts.types.provider());
    parts.variables.forEach(made::addVar);
    compiler = made.build();
    schemas = Map.copyOf(parts.schemas);
  }

  public static Builder builder() {
    return new Builder();
  }

  /// Parses, type-checks and plans an expression of any type.
  public CelCompilation compile(String expression) {
    if (expression.codePointCount(0, expression.length()) > MAX_EXPRESSION_LENGTH) {
      return new CelCompilation.Refused(
          "expression is longer than " + MAX_EXPRESSION_LENGTH + " characters");
    }
    try {
      CelValidationResult checked = compiler.compile(expression);
      if (checked.hasError()) {
        return new CelCompilation.Refused(words(checked));
      }
      CelAbstractSyntaxTree ast = checked.getAst();
      return new CelCompilation.Program(
          new CelProgram(ast, CelLibraries.CEL.createProgram(ast), schemas));
    } catch (CelValidationException | CelEvaluationException refused) {
      return new CelCompilation.Refused(String.valueOf(refused.getMessage()));
    }
  }

  /// As [#compile(String)], and refuses an expression that cannot yield a truth value.
  public CelCompilation compileCondition(String expression) {
    CelCompilation compiled = compile(expression);
    if (compiled instanceof CelCompilation.Program(CelProgram program)
        && !program.mayYield(SimpleType.BOOL)) {
      return new CelCompilation.Refused("must evaluate to bool");
    }
    return compiled;
  }

  private static String words(CelValidationResult checked) {
    return checked.getErrors().stream()
        .map((CelIssue issue) -> issue.toDisplayString(checked.getSource()))
        .collect(Collectors.joining("\n"));
  }

  /// Collects variables.
  public static final class Builder {
    private final Map<String, CelType> variables = new LinkedHashMap<>();
    private final Map<String, Schema> schemas = new LinkedHashMap<>();
    private final SchemaTypes types = new SchemaTypes();
    private final IdentityHashMap<Schema, CelType> shapes = new IdentityHashMap<>();

    private Builder() {}

    /// A variable of any type, checked only while the expression runs.
    public Builder dynamic(String name) {
      variables.put(name, SimpleType.DYN);
      return this;
    }

    /// A variable with the shape of a schema: a field the schema does not know is refused.
    ///
    /// @param root whether the value is a whole API object, whose `apiVersion`, `kind`,
    ///     `metadata.name` and `metadata.generateName` can always be read
    /// @throws IllegalArgumentException if the schema has no type an expression could use
    public Builder typed(String name, Schema schema, boolean root) {
      variables.put(name, typeOf(name, schema, root));
      schemas.put(name, schema);
      return this;
    }

    /// As [#typed], for a value that may be absent: given as a `java.util.Optional`.
    public Builder optional(String name, Schema schema, boolean root) {
      variables.put(name, OptionalType.create(typeOf(name, schema, root)));
      schemas.put(name, schema);
      return this;
    }

    /// A variable with these fields and no others, each of any type.
    public Builder fields(String name, Set<String> fields) {
      variables.put(name, types.dynamicFields(name, fields));
      return this;
    }

    /// Access to authorisation checks; the value is a [CelAuthorizer]. Also declares
    /// `name.requestResource`, the resource of the request at hand.
    public Builder authorizer(String name) {
      variables.put(name, AuthorizerLibrary.AUTHORIZER);
      variables.put(name + ".requestResource", AuthorizerLibrary.RESOURCE_CHECK);
      return this;
    }

    public CelEnvironment build() {
      return new CelEnvironment(this);
    }

    /// Variables of one shape have one type: they can be compared, as `self == oldSelf`.
    private CelType typeOf(String name, Schema schema, boolean root) {
      return shapes.computeIfAbsent(
          schema,
          _ ->
              types
                  .of(name, schema, root)
                  .orElseThrow(() -> new IllegalArgumentException(name + " has no type")));
    }
  }
}
