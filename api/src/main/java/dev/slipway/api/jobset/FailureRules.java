package dev.slipway.api.jobset;

import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import tools.jackson.databind.JsonNode;

/// Judges the rules of a failure policy.
///
/// Source: `validateFailurePolicy` in `pkg/webhooks/jobset_webhook.go`. Beyond it, a pattern that
/// is none is refused at once instead of never matching.
final class FailureRules {
  private static final FieldPath RULES = FieldPath.of("spec", "failurePolicy", "rules");
  private static final int MAX_NAME = 128;
  private static final Pattern NAME = Pattern.compile("[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?");
  private static final List<String> REASONS =
      List.of(
          "BackoffLimitExceeded",
          "DeadlineExceeded",
          "FailedIndexes",
          "MaxFailedIndexesExceeded",
          "PodFailurePolicy");

  private FailureRules() {}

  static List<Problem> judge(JsonNode policy, Set<String> jobNames) {
    var problems = new ArrayList<Problem>();
    Map<String, List<Integer>> positions = new LinkedHashMap<>();
    int position = 0;
    for (JsonNode rule : policy.path("rules")) {
      FieldPath at = RULES.index(position);
      positions.computeIfAbsent(Json.text(rule, "name"), _ -> new ArrayList<>()).add(position++);
      action(rule, at.field("action"), problems);
      name(Json.text(rule, "name"), at.field("name"), problems);
      targets(rule, at.field("targetReplicatedJobs"), jobNames, problems);
      reasons(rule, at.field("onJobFailureReasons"), problems);
      patterns(rule, at.field("onJobFailureMessagePatterns"), problems);
    }
    positions.forEach(
        (name, all) -> {
          if (all.size() > 1) {
            problems.add(
                Problem.invalid(
                    RULES,
                    name,
                    "rule names are not unique, rules with indices "
                        + all.toString().replace(",", "")
                        + " all have the same name '"
                        + name
                        + "'"));
          }
        });
    return problems;
  }

  private static void action(JsonNode rule, FieldPath at, List<Problem> problems) {
    if (Json.text(rule, "action").startsWith("RestartJob")
        && !Json.text(rule, "action").startsWith("RestartJobSet")) {
      problems.add(
          Problem.forbidden(
              at,
              "RestartJob and RestartJobAndIgnoreMaxRestarts failure policy actions are not allowed"
                  + " when RestartJob feature gate is disabled"));
    }
  }

  private static void name(String name, FieldPath at, List<Problem> problems) {
    if (name.isEmpty() || name.length() > MAX_NAME) {
      problems.add(
          Problem.invalid(
              at,
              name,
              "invalid failure policy rule name of length "
                  + name.length()
                  + ", the rule name must be at least 1 characters long and at most "
                  + MAX_NAME
                  + " characters long"));
    }
    if (!NAME.matcher(name).matches()) {
      problems.add(
          Problem.invalid(
              at,
              name,
              "invalid failure policy rule name '"
                  + name
                  + "', a failure policy rule name must start with an alphabetic character,"
                  + " optionally followed by a string of alphanumeric characters or '_,:', and must"
                  + " end with an alphanumeric character or '_'"));
    }
  }

  private static void targets(
      JsonNode rule, FieldPath at, Set<String> jobNames, List<Problem> problems) {
    for (JsonNode each : rule.path("targetReplicatedJobs")) {
      if (!jobNames.contains(each.asString(""))) {
        problems.add(
            Problem.invalid(
                at,
                each.asString(""),
                "invalid replicatedJob name '"
                    + each.asString("")
                    + "' in failure policy does not appear in .spec.ReplicatedJobs"));
      }
    }
  }

  private static void reasons(JsonNode rule, FieldPath at, List<Problem> problems) {
    for (JsonNode each : rule.path("onJobFailureReasons")) {
      if (!REASONS.contains(each.asString(""))) {
        problems.add(
            Problem.invalid(
                at,
                each.asString(""),
                "invalid job failure reason '"
                    + each.asString("")
                    + "' in failure policy is not a recognized job failure reason"));
      }
    }
  }

  private static void patterns(JsonNode rule, FieldPath at, List<Problem> problems) {
    for (JsonNode each : rule.path("onJobFailureMessagePatterns")) {
      try {
        Pattern.compile(each.asString(""));
      } catch (PatternSyntaxException broken) {
        problems.add(
            Problem.invalid(
                at, each.asString(""), "is no regular expression: " + broken.getDescription()));
      }
    }
  }
}
