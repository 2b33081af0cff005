package dev.slipway.apiserver.schema;

import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Judges values by a schema: types, ranges, patterns, formats, alternatives, and uniqueness in
/// lists that are sets or maps. Compiled once; immutable and thread-safe.
///
/// Texts and order of checks: `k8s.io/kube-openapi/pkg/validation`, and
/// `k8s.io/apiextensions-apiserver/pkg/apiserver/{validation,schema/listtype}`. CEL rules are
/// judged
/// by [dev.slipway.apiserver.cel.CelRules], once nothing here objects.
public final class Validation {
  private final ValueCheck root;
  private final Schema schema;

  private Validation(Schema schema) {
    this.schema = schema;
    this.root = ValueCheck.of(schema, new IdentityHashMap<>());
  }

  public static Validation of(Schema schema) {
    return new Validation(schema);
  }

  /// Judges a new value; all problems at once.
  public List<Problem> validate(JsonNode value) {
    return judge(value, null);
  }

  /// Judges a changed value. A part that was already stored as it is may stay so, valid or not.
  public List<Problem> validateUpdate(JsonNode value, JsonNode old) {
    return judge(value, old);
  }

  private List<Problem> judge(JsonNode value, @Nullable JsonNode old) {
    var problems = new ArrayList<Problem>();
    root.judge(value, old, Place.ROOT, problems);
    List<Problem> duplicates = ListTypes.problems(value, schema);
    if (old == null || duplicates.isEmpty()) {
      problems.addAll(duplicates);
    } else {
      List<Problem> before = ListTypes.problems(old, schema);
      duplicates.stream().filter(each -> !before.contains(each)).forEach(problems::add);
    }
    return problems;
  }

  /// The element of an old list that corresponds to an element of the new one, by its keys.
  public static Optional<JsonNode> correlate(
      JsonNode element, @Nullable JsonNode oldList, List<String> keys) {
    if (oldList == null || keys.isEmpty() || !element.isObject()) {
      return Optional.empty();
    }
    for (JsonNode each : oldList) {
      if (keys.stream().allMatch(key -> each.path(key).equals(element.path(key)))) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  /// Whether the problems leave rules unchecked that assume a value of the right shape, so that
  /// their author is told to come again.
  public static boolean blocksRules(List<Problem> problems) {
    return problems.stream()
        .anyMatch(
            each ->
                switch (each.type()) {
                  case REQUIRED, NOT_SUPPORTED, TOO_LONG, TOO_MANY, TYPE_INVALID -> true;
                  case INVALID, DUPLICATE, FORBIDDEN, NOT_FOUND, INTERNAL -> false;
                });
  }

  /// The problem that stands for all rules that were not checked.
  public static Problem rulesUnchecked() {
    return new Problem(
        Problem.Type.INVALID,
        Place.NOWHERE,
        "\"null\"",
        "some validation rules were not checked because the object was invalid; correct the"
            + " existing errors to complete validation");
  }
}
