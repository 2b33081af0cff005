package dev.slipway.apiserver.cel;

import dev.cel.common.types.ListType;
import dev.cel.common.types.OptionalType;
import dev.cel.common.types.SimpleType;
import dev.slipway.apiserver.cel.Functions.Parameter;
import java.util.List;
import java.util.Optional;

/// Named formats: `format.dns1123Label()`, `format.named('uuid')`, `.validate(text)`.
/// Source: `k8s.io/apiserver/pkg/cel/library/format.go`.
@SuppressWarnings("Immutable") // formats hold pure functions
final class FormatLibrary {
  private static final Parameter<NamedFormat> FORMAT =
      Parameter.opaque("kubernetes.NamedFormat", NamedFormat.class);

  private FormatLibrary() {}

  static void add(Functions functions) {
    NamedFormat.ALL.forEach(
        (name, format) -> {
          String call = "format." + name;
          functions.global(call, call, FORMAT.type(), _ -> format);
        });
    functions.global(
        "format.named",
        "format-named",
        OptionalType.create(FORMAT.type()),
        Functions.STRING,
        name -> Optional.ofNullable(NamedFormat.ALL.get(name)));
    functions.member(
        "validate",
        "format-validate",
        OptionalType.create(ListType.create(SimpleType.STRING)),
        FORMAT,
        Functions.STRING,
        FormatLibrary::validate);
  }

  private static Optional<List<String>> validate(NamedFormat format, String text) {
    return Optional.of(format.problems().apply(text)).filter(problems -> !problems.isEmpty());
  }
}
