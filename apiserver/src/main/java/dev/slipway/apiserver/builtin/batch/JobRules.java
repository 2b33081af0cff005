package dev.slipway.apiserver.builtin.batch;

import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.Names;
import dev.slipway.apiserver.builtin.Problems;
import dev.slipway.apiserver.builtin.Selectors;
import dev.slipway.apiserver.builtin.core.PodSpecRules;
import dev.slipway.base.Problem;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The `spec` of a job, its own or a cron job's.
///
/// Source: `pkg/apis/batch/validation/validation.go`.
final class JobRules {
  static final String UID_LABEL = "batch.kubernetes.io/controller-uid";
  static final String NAME_LABEL = "batch.kubernetes.io/job-name";
  static final String OLD_UID_LABEL = "controller-uid";
  static final String OLD_NAME_LABEL = "job-name";

  private static final int MOST_INDEXED = 100_000;

  /// Beyond so many completions, what is kept for each index is bounded more closely.
  private static final int MANY_COMPLETIONS = 100_000;

  private static final int MOST_OF_MANY = 10_000;
  private static final int MOST_RULES = 20;
  private static final int MOST_EXIT_CODES = 255;
  private static final int MOST_PATTERNS = 20;

  private JobRules() {}

  /// A job itself: its spec, its selector, its labels.
  static void job(Field job, Problems problems) {
    Field spec = job.at("spec");
    generated(job, problems);
    common(spec, problems);
    Field selector = spec.at("selector");
    if (!selector.present()) {
      problems.required(selector, "");
    } else {
      Selectors.judge(selector, problems);
    }
    Field labels = spec.at("template", "metadata", "labels");
    if (Selectors.isWellFormed(selector) && !Selectors.matches(selector, labels)) {
      problems.add(
          Problem.invalid(
              labels.path(),
              labels.present() ? labels.value() : "null",
              "`selector` does not match template `labels`"));
    }
  }

  /// What jobs and the templates of cron jobs have in common.
  static void common(Field spec, Problems problems) {
    for (String each :
        List.of(
            "parallelism",
            "completions",
            "activeDeadlineSeconds",
            "backoffLimit",
            "ttlSecondsAfterFinished",
            "backoffLimitPerIndex",
            "maxFailedIndexes")) {
      problems.notNegative(spec.at(each));
    }
    Field managedBy = spec.at("managedBy");
    if (managedBy.present()) {
      if (!managedBy.text().contains("/")) {
        problems.invalid(managedBy, "must be a domain-prefixed path (such as \"acme.io/foo\")");
      }
      if (managedBy.text().length() > 63) {
        problems.tooLong(managedBy, 63);
      }
    }
    mode(spec, problems);
    failurePolicy(spec, problems);
    successPolicy(spec, problems);
    replacement(spec, problems);
    PodSpecRules.template(spec.at("template"), problems);
    Field restart = spec.at("template", "spec", "restartPolicy");
    if (!List.of("OnFailure", "Never").contains(restart.text())) {
      problems.add(
          restart.text().equals("Always") || !restart.filled()
              ? Problem.required(restart.path(), "valid values: \"OnFailure\", \"Never\"")
              : Problem.notSupported(
                  restart.path(), restart.text(), List.of("OnFailure", "Never")));
    } else if (spec.at("podFailurePolicy").present() && !restart.text().equals("Never")) {
      problems.invalid(restart, "only \"Never\" is supported when podFailurePolicy is specified");
    }
  }

  private static void mode(Field spec, Problems problems) {
    Field mode = spec.at("completionMode");
    problems.oneOf(mode, List.of("Indexed", "NonIndexed"));
    boolean indexed = mode.text().equals("Indexed");
    Field completions = spec.at("completions");
    if (indexed) {
      if (!completions.present()) {
        problems.required(completions, "when completion mode is Indexed");
      }
      Field parallelism = spec.at("parallelism");
      if (parallelism.number(0) > MOST_INDEXED) {
        problems.invalid(
            parallelism,
            "must be less than or equal to " + MOST_INDEXED + " when completion mode is Indexed");
      }
    }
    for (String each : List.of("backoffLimitPerIndex", "maxFailedIndexes")) {
      if (!indexed && spec.at(each).present()) {
        problems.invalid(spec.at(each), "requires indexed completion mode");
      }
    }
    Field failed = spec.at("maxFailedIndexes");
    if (failed.present() && !spec.at("backoffLimitPerIndex").present()) {
      problems.required(spec.at("backoffLimitPerIndex"), "when maxFailedIndexes is specified");
    }
    if (completions.present() && failed.number(0) > completions.number(0)) {
      problems.invalid(failed, "must be less than or equal to completions");
    }
    if (failed.number(0) > MOST_INDEXED) {
      problems.invalid(failed, "must be less than or equal to " + MOST_INDEXED);
    }
    if (completions.number(0) > MANY_COMPLETIONS && spec.at("backoffLimitPerIndex").present()) {
      many(spec, problems);
    }
  }

  private static void many(Field spec, Problems problems) {
    Field failed = spec.at("maxFailedIndexes");
    if (!failed.present()) {
      problems.required(
          failed,
          "must be specified when completions is above "
              + MANY_COMPLETIONS
              + " and used with backoff limit per index");
    }
    for (Field each : List.of(spec.at("parallelism"), failed)) {
      if (each.number(0) > MOST_OF_MANY) {
        problems.invalid(
            each,
            "must be less than or equal to "
                + MOST_OF_MANY
                + " when completions are above "
                + MANY_COMPLETIONS
                + " and used with backoff limit per index");
      }
    }
  }

  private static void replacement(Field spec, Problems problems) {
    Field policy = spec.at("podReplacementPolicy");
    if (!policy.present()) {
      return;
    }
    if (spec.at("podFailurePolicy").present() && !policy.text().equals("Failed")) {
      problems.notSupported(policy, List.of("Failed"));
    } else {
      problems.oneOf(policy, List.of("Failed", "TerminatingOrFailed"));
    }
  }

  private static void failurePolicy(Field spec, Problems problems) {
    Field rules = spec.at("podFailurePolicy", "rules");
    if (rules.size() > MOST_RULES) {
      problems.add(Problem.tooMany(rules.path(), rules.size(), MOST_RULES));
    }
    var containers = new HashSet<String>();
    for (String list : List.of("containers", "initContainers")) {
      for (Field each : spec.at("template", "spec").items(list)) {
        containers.add(each.text("name"));
      }
    }
    for (Field rule : rules.items()) {
      failureRule(rule, spec, containers, problems);
    }
  }

  private static void failureRule(
      Field rule, Field spec, Set<String> containers, Problems problems) {
    Field action = rule.at("action");
    List<String> actions = List.of("Count", "FailIndex", "FailJob", "Ignore");
    if (!action.filled()) {
      problems.required(action, "valid values: \"Count\", \"FailIndex\", \"FailJob\", \"Ignore\"");
    } else if (action.text().equals("FailIndex")) {
      if (!spec.at("backoffLimitPerIndex").present()) {
        problems.invalid(action, "requires the backoffLimitPerIndex to be set");
      }
    } else {
      problems.oneOf(action, actions);
    }
    Field codes = rule.at("onExitCodes");
    Field patterns = rule.at("onPodConditions");
    if (codes.present()) {
      exitCodes(codes, containers, problems);
    }
    if (patterns.size() > MOST_PATTERNS) {
      problems.add(Problem.tooMany(patterns.path(), patterns.size(), MOST_PATTERNS));
    }
    patterns.items().forEach(each -> pattern(each, problems));
    if (codes.present() && patterns.size() > 0) {
      problems.invalid(rule, "specifying both OnExitCodes and OnPodConditions is not supported");
    } else if (!codes.present() && patterns.size() == 0) {
      problems.invalid(rule, "specifying one of OnExitCodes and OnPodConditions is required");
    }
  }

  private static void exitCodes(Field codes, Set<String> containers, Problems problems) {
    Field operator = codes.at("operator");
    List<String> operators = List.of("In", "NotIn");
    if (!operator.filled()) {
      problems.required(operator, "valid values: \"In\", \"NotIn\"");
    } else {
      problems.oneOf(operator, operators);
    }
    Field container = codes.at("containerName");
    if (container.present() && !containers.contains(container.text())) {
      problems.invalid(
          container, "must be one of the container or initContainer names in the pod template");
    }
    Field values = codes.at("values");
    if (values.size() == 0) {
      problems.invalid(values, "at least one value is required");
    } else if (values.size() > MOST_EXIT_CODES) {
      problems.add(Problem.tooMany(values.path(), values.size(), MOST_EXIT_CODES));
    }
    var seen = new HashSet<Long>();
    long last = Long.MIN_VALUE;
    for (Field value : values.items()) {
      long code = value.number(0);
      if (operator.text().equals("In") && code == 0) {
        problems.invalid(value, "must not be 0 for the In operator");
      }
      if (!seen.add(code)) {
        problems.duplicate(value);
      } else if (code < last) {
        problems.invalid(values, "must be ordered");
      }
      last = code;
    }
  }

  private static void pattern(Field pattern, Problems problems) {
    problems.sentences(pattern.at("type"), Names.qualified(pattern.text("type")));
    Field status = pattern.at("status");
    List<String> values = List.of("False", "True", "Unknown");
    if (!status.filled()) {
      problems.required(status, "valid values: \"False\", \"True\", \"Unknown\"");
    } else {
      problems.oneOf(status, values);
    }
  }

  private static void successPolicy(Field spec, Problems problems) {
    Field policy = spec.at("successPolicy");
    if (!policy.present()) {
      return;
    }
    if (!spec.text("completionMode").equals("Indexed")) {
      problems.invalid(policy, "requires indexed completion mode");
      return;
    }
    Field rules = policy.at("rules");
    if (rules.size() == 0) {
      problems.required(
          rules, "at least one rules must be specified when the successPolicy is specified");
    }
    if (rules.size() > MOST_RULES) {
      problems.add(Problem.tooMany(rules.path(), rules.size(), MOST_RULES));
    }
    long completions = spec.at("completions").number(0);
    rules.items().forEach(rule -> SuccessRules.rule(rule, completions, problems));
  }

  /// A selector made by the server selects by uid, and the template has the labels it needs.
  private static void generated(Field job, Problems problems) {
    Field spec = job.at("spec");
    if (spec.at("manualSelector").isTrue() || !spec.at("selector").present()) {
      return;
    }
    String uid = job.at("metadata").text("uid");
    if (uid.isEmpty()) {
      problems.required(job.at("metadata", "uid"), "");
    }
    Field metadata = spec.at("template", "metadata");
    label(metadata, OLD_UID_LABEL, uid, problems);
    label(metadata, OLD_NAME_LABEL, job.at("metadata").text("name"), problems);
    label(metadata, UID_LABEL, uid, problems);
    label(metadata, NAME_LABEL, job.at("metadata").text("name"), problems);
    Field selector = spec.at("selector", "matchLabels");
    boolean ours = selector.text(UID_LABEL).equals(uid) || selector.text(OLD_UID_LABEL).equals(uid);
    if (!ours) {
      problems.invalid(spec.at("selector"), "`selector` not auto-generated");
    }
  }

  private static void label(Field metadata, String key, String wanted, Problems problems) {
    Field labels = metadata.at("labels");
    Field found = labels.at(key);
    if (!found.present()) {
      problems.required(found.reportedAt(labels.path().key(key)), "must be '" + wanted + "'");
    } else if (!found.text().equals(wanted)) {
      problems.invalid(labels.path().key(key), labels.value(), "must be '" + wanted + "'");
    }
  }
}
