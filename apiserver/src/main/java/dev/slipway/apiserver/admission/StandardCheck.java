package dev.slipway.apiserver.admission;

import dev.slipway.apiserver.admission.PodStandard.Level;
import dev.slipway.apiserver.admission.PodStandard.LevelVersion;
import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One rule of the Pod Security Standards.
///
/// @param since minor version from which it applies
/// @param overrides id of a baseline rule that this restricted one takes the place of; may be empty
record StandardCheck(
    String id,
    Level level,
    int since,
    String overrides,
    Function<Subject, Optional<Violation>> judge) {

  /// What is wrong, and where.
  record Violation(String reason, String detail) {
    @Override
    public String toString() {
      return detail.isEmpty() ? reason : reason + " (" + detail + ")";
    }
  }

  /// A pod, or the template of one, as the rules see it.
  record Subject(JsonNode metadata, JsonNode spec, List<ObjectNode> containers, int minor) {
    static Subject of(JsonNode metadata, JsonNode spec, int minor) {
      return new Subject(metadata, spec, Containers.all(spec), minor);
    }

    JsonNode security() {
      return spec.path("securityContext");
    }

    boolean isWindows() {
      return Json.text(spec, "os", "name").equals("windows");
    }

    /// Pods in a user namespace of their own may be root there.
    boolean hasUserNamespace() {
      return spec.path("hostUsers").isBoolean() && !spec.path("hostUsers").asBoolean(true);
    }

    /// Names of the containers for whose `securityContext` a test holds.
    List<String> where(Predicate<JsonNode> test) {
      return containers.stream()
          .filter(each -> test.test(each.path("securityContext")))
          .map(each -> Json.text(each, "name"))
          .toList();
    }
  }

  /// All violations of a level, baseline rules first.
  static List<Violation> violations(LevelVersion asked, JsonNode metadata, JsonNode spec) {
    if (asked.level() == Level.PRIVILEGED) {
      return List.of();
    }
    Subject subject = Subject.of(metadata, spec, asked.minor());
    var found = new ArrayList<Violation>();
    for (StandardCheck check : StandardChecks.ALL) {
      if (check.appliesAt(asked)) {
        check.judge.apply(subject).ifPresent(found::add);
      }
    }
    return found;
  }

  private boolean appliesAt(LevelVersion asked) {
    if (level.compareTo(asked.level()) > 0 || since > asked.minor()) {
      return false;
    }
    return asked.level() != Level.RESTRICTED
        || StandardChecks.ALL.stream()
            .noneMatch(other -> other.overrides.equals(id) && other.since <= asked.minor());
  }

  static String reasons(Collection<Violation> violations) {
    return violations.stream().map(Violation::reason).collect(Collectors.joining(", "));
  }

  static String details(Collection<Violation> violations) {
    return violations.stream().map(Violation::toString).collect(Collectors.joining(", "));
  }

  /// `container "a"`, `containers "a", "b"`.
  static String containers(List<String> names) {
    return plural("container", names) + " " + quoted(names);
  }

  static String plural(String noun, Collection<?> counted) {
    return counted.size() == 1 ? noun : noun + "s";
  }

  static String quoted(Collection<String> names) {
    return names.stream().map(each -> '"' + each + '"').collect(Collectors.joining(", "));
  }

  /// `pod and containers "a", "b"`: who set what they should not have; empty where nobody did.
  static String setters(boolean pod, List<String> containers) {
    if (containers.isEmpty()) {
      return pod ? "pod" : "";
    }
    return (pod ? "pod and " : "") + containers(containers);
  }
}
