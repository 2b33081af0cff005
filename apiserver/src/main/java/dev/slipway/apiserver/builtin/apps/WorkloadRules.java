package dev.slipway.apiserver.builtin.apps;

import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.Problems;
import dev.slipway.apiserver.builtin.Selectors;
import dev.slipway.apiserver.builtin.core.PodSpecRules;
import dev.slipway.base.Problem;
import java.util.List;
import java.util.Map;

/// What the kinds of apps/v1 have in common: a selector, a template, replicas, a status.
final class WorkloadRules {
  private WorkloadRules() {}

  /// The selector is there, selects something, and selects the template's pods.
  ///
  /// @param kind as in "empty selector is invalid for deployment"
  static void selector(Field spec, String kind, Problems problems) {
    Field selector = spec.at("selector");
    if (!selector.present()) {
      problems.required(selector, "");
    } else {
      Selectors.judge(selector, problems);
      if (Selectors.isEmpty(selector)) {
        problems.invalid(selector, "empty selector is invalid for " + kind);
      }
    }
    if (!Selectors.isWellFormed(selector)) {
      problems.invalid(selector, "invalid label selector");
      return;
    }
    Field labels = spec.at("template", "metadata", "labels");
    boolean selects = selector.present() && !Selectors.isEmpty(selector);
    if (selects && !Selectors.matches(selector, labels)) {
      problems.add(
          Problem.invalid(
              labels.path(),
              labels.present() ? labels.value() : "null",
              "`selector` does not match template `labels`"));
    }
  }

  /// The template, whose pods always restart and have no deadline.
  ///
  /// @param kind as in "activeDeadlineSeconds in ReplicaSet is not Supported"
  static void template(Field spec, String kind, Map<String, Field> volumes, Problems problems) {
    Field template = spec.at("template");
    PodSpecRules.template(template, volumes, problems);
    Field restart = template.at("spec", "restartPolicy");
    if (!restart.text().equals("Always")) {
      problems.notSupported(restart, List.of("Always"));
    }
    Field deadline = template.at("spec", "activeDeadlineSeconds");
    if (deadline.present()) {
      problems.forbidden(deadline, "activeDeadlineSeconds in " + kind + " is not Supported");
    }
  }

  /// Counts are not negative.
  static void counts(Field object, Problems problems, String... names) {
    for (String each : names) {
      problems.notNegative(object.at(each));
    }
  }

  /// Parts do not exceed the whole.
  static void within(Field status, Problems problems, String... parts) {
    for (String each : parts) {
      if (status.at(each).number(0) > status.at("replicas").number(0)) {
        problems.invalid(status.at(each), "cannot be greater than status.replicas");
      }
    }
    Field available = status.at("availableReplicas");
    if (available.number(0) > status.at("readyReplicas").number(0)) {
      problems.invalid(available, "cannot be greater than readyReplicas");
    }
  }

  /// A count of collisions only grows.
  static void collisions(Field status, Field old, Problems problems) {
    Field now = status.at("collisionCount");
    Field before = old.at("collisionCount");
    if (before.present() && now.number(0) < before.number(0)) {
      problems.invalid(now.path(), now.number(0), "cannot be decremented");
    }
  }
}
