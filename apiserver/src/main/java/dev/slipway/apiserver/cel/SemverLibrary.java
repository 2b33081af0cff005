package dev.slipway.apiserver.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.slipway.apiserver.cel.Functions.Parameter;
import java.util.Optional;

/// Semantic versions. Source: `k8s.io/apiserver/pkg/cel/library/semverlib.go`.
final class SemverLibrary {
  private static final Parameter<SemanticVersion> SEMVER =
      Parameter.opaque("kubernetes.Semver", SemanticVersion.class);

  private SemverLibrary() {}

  static void add(Functions functions) {
    CelType type = SEMVER.type();
    var string = Functions.STRING;
    functions.global("semver", "string_to_semver", type, string, each -> parse(each, false));
    functions.global(
        "semver", "string_bool_to_semver", type, string, Functions.BOOL, SemverLibrary::parse);
    functions.global(
        "isSemver",
        "is_semver_string",
        SimpleType.BOOL,
        string,
        each -> read(each, false).isPresent());
    functions.global(
        "isSemver",
        "is_semver_string_bool",
        SimpleType.BOOL,
        string,
        Functions.BOOL,
        (each, tolerant) -> read(each, tolerant).isPresent());
    functions.member("major", "semver_major", SimpleType.INT, SEMVER, SemanticVersion::major);
    functions.member("minor", "semver_minor", SimpleType.INT, SEMVER, SemanticVersion::minor);
    functions.member("patch", "semver_patch", SimpleType.INT, SEMVER, SemanticVersion::patch);
    comparisons(functions);
  }

  private static void comparisons(Functions functions) {
    functions.member(
        "isGreaterThan",
        "semver_is_greater_than",
        SimpleType.BOOL,
        SEMVER,
        SEMVER,
        (left, right) -> left.compareTo(right) > 0);
    functions.member(
        "isLessThan",
        "semver_is_less_than",
        SimpleType.BOOL,
        SEMVER,
        SEMVER,
        (left, right) -> left.compareTo(right) < 0);
    functions.member(
        "compareTo",
        "semver_compare_to",
        SimpleType.INT,
        SEMVER,
        SEMVER,
        (left, right) -> (long) Integer.signum(left.compareTo(right)));
  }

  private static SemanticVersion parse(String text, boolean tolerant) {
    return read(text, tolerant)
        .orElseThrow(() -> Functions.failure("invalid semantic version " + '"' + text + '"'));
  }

  private static Optional<SemanticVersion> read(String text, boolean tolerant) {
    return SemanticVersion.parse(tolerant ? SemanticVersion.normalize(text) : text);
  }
}
