package dev.slipway.apiserver.access.rbac;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Cases after upstream's `policy_comparator_test.go`; a rule reads
/// `verbs groups resources names` or `verbs url`, `-` is none, `core` the core group.
class RuleCoverTest {
  @ParameterizedTest(name = "{3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          get,list core pods - | get core pods - | yes | fewer verbs
          get core pods - | get,list core pods - | no | more verbs
          * core pods - | get,list core pods - | yes | all verbs
          get core pods - | * core pods - | no | a star is more than any list
          get * pods - | get apps pods - | yes | all groups
          get core * - | get core pods/log - | yes | all resources with their subresources
          get core pods - | get core pods/log - | no | a subresource is a right of its own
          get core */scale - | get core pods/scale - | yes | a subresource of all
          get core */scale - | get core pods - | no | but not the resource
          get core pods - | get core pods a,b | yes | any name covers some
          get core pods a | get core pods - | no | some names do not cover any
          get core pods a | get core pods a,b | no | nor other names
          get /healthz/* | get /healthz/etcd | yes | a path under a star
          get /healthz/* | get /healthz/* | yes | the same star
          get /healthz | get /healthz/* | no | a star is wider than a path
          get * | get /x/* | yes | all paths
          """)
  void covers(String held, String wanted, String yes, String why) {
    assertThat(RuleCover.missing(List.of(rule(held)), List.of(rule(wanted))).isEmpty())
        .as(why)
        .isEqualTo(yes.equals("yes"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          get,list core pods - | {APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}
          get apps deployments a | {APIGroups:["apps"], Resources:["deployments"], ResourceNames:["a"], Verbs:["get"]}
          get /metrics | {NonResourceURLs:["/metrics"], Verbs:["get"]}
          """)
  void describesWhatIsMissing(String wanted, String text) {
    assertThat(RuleCover.describe(RuleCover.missing(List.of(), List.of(rule(wanted)))))
        .isEqualTo(text);
  }

  private static PolicyRule rule(String text) {
    String[] parts = text.split(" ", -1);
    if (parts.length == 2) {
      return PolicyRule.urls(words(parts[0]), words(parts[1]));
    }
    return new PolicyRule(
        words(parts[0]), words(parts[1]), words(parts[2]), words(parts[3]), List.of());
  }

  private static List<String> words(String text) {
    return switch (text) {
      case "-" -> List.of();
      case "core" -> List.of("");
      default -> List.of(text.split(",", -1));
    };
  }

  @Test
  void aRuleSurvivesItsJson() {
    PolicyRule rule = rule("get core pods a");
    assertThat(PolicyRule.of(rule.toJson())).isEqualTo(rule);
    assertThat(Json.bytes(rule.toJson())).asString().contains("\"apiGroups\":[\"\"]");
  }
}
