package dev.slipway.apiserver.cel;

import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelOptions;
import dev.cel.extensions.CelExtensions;
import dev.cel.extensions.CelStringExtensions;
import dev.cel.parser.CelStandardMacro;
import java.util.Set;

/// The language with every library Kubernetes adds, made once for the process.
final class CelLibraries {
  /// Longest expression accepted, in code points.
  static final int MAX_EXPRESSION_LENGTH = 16 * 1024;

  /// Most steps all comprehensions of one evaluation may take together.
  static final int MAX_ITERATIONS = 1_000_000;

  @SuppressWarnings("deprecation") // its successor is in a module of its own
  private static final CelOptions OPTIONS =
      CelOptions.current()
          .enableHeterogeneousNumericComparisons(true)
          .enableHomogeneousLiterals(true)
          .comprehensionMaxIterations(MAX_ITERATIONS)
          .maxExpressionCodePointSize(MAX_EXPRESSION_LENGTH)
          .build();

  /// `indexOf` and `lastIndexOf` of strings are bound beside those of lists, in [ListsLibrary].
  private static final Set<CelStringExtensions.Function> STRINGS =
      Set.of(
          CelStringExtensions.Function.CHAR_AT,
          CelStringExtensions.Function.JOIN,
          CelStringExtensions.Function.LOWER_ASCII,
          CelStringExtensions.Function.QUOTE,
          CelStringExtensions.Function.REPLACE,
          CelStringExtensions.Function.SPLIT,
          CelStringExtensions.Function.SUBSTRING,
          CelStringExtensions.Function.TRIM,
          CelStringExtensions.Function.UPPER_ASCII);

  static final Cel CEL = make();

  private CelLibraries() {}

  private static Cel make() {
    var functions = new Functions();
    ListsLibrary.add(functions);
    RegexLibrary.add(functions);
    UrlLibrary.add(functions);
    QuantityLibrary.add(functions);
    IpLibrary.add(functions);
    FormatLibrary.add(functions);
    SemverLibrary.add(functions);
    AuthorizerLibrary.add(functions);
    TextFormatLibrary.add(functions);
    return CelFactory.plannerCelBuilder()
        .setOptions(OPTIONS)
        .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
        .addCompilerLibraries(
            CelExtensions.optional(),
            CelExtensions.strings(STRINGS),
            CelExtensions.sets(OPTIONS),
            CelExtensions.lists(),
            CelExtensions.comprehensions())
        .addRuntimeLibraries(
            CelExtensions.optional(),
            CelExtensions.strings(STRINGS),
            CelExtensions.sets(OPTIONS),
            CelExtensions.lists(),
            CelExtensions.comprehensions())
        .addFunctionDeclarations(functions.declarations().toList())
        .addFunctionBindings(functions.bindings().toList())
        .build();
  }
}
