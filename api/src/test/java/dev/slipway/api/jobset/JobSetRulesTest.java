package dev.slipway.api.jobset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.kserve.FakeRequest;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Cases follow `pkg/webhooks/jobset_webhook_test.go` of kubernetes-sigs/jobset.
final class JobSetRulesTest {
  private static final JobSetRules RULES = new JobSetRules();

  private static ObjectNode set(String name) {
    return Json.parseObject(
        """
        {"metadata":{"name":"%s","namespace":"default"},"spec":{"replicatedJobs":[
          {"name":"a","groupName":"default","replicas":2,"template":{"spec":{"completions":2,
             "template":{"spec":{"containers":[{"name":"c","image":"i"}]}}}}},
          {"name":"b","groupName":"default","replicas":1,"template":{"spec":{
             "template":{"spec":{"containers":[{"name":"c","image":"i"}]}}}}}]}}
        """
            .formatted(name));
  }

  private static List<String> judge(FakeRequest request, ObjectNode set) {
    RULES.complete(request, set);
    return RULES.judge(request, set).stream().map(Problem::toString).toList();
  }

  /// Sets a value by JSON pointer; the parent must be there.
  private static void put(ObjectNode set, String pointer, String json) {
    int last = pointer.lastIndexOf('/');
    String field = pointer.substring(last + 1);
    var parent = set;
    for (String each : pointer.substring(1, last).split("/", -1)) {
      var next = parent.path(each);
      if (next instanceof ArrayNode list) {
        parent = (ObjectNode) list.get(0);
      } else if (!each.matches("[0-9]+")) {
        parent = Json.ensureObject(parent, each);
      }
    }
    parent.set(field, Json.MAPPER.readTree(json));
  }

  @Test
  void fillsInWhatTheOriginalDoes() {
    var set = set("js");
    put(set, "/spec/failurePolicy", "{\"rules\":[{\"action\":\"FailJobSet\"}]}");
    assertThat(judge(new FakeRequest(), set)).isEmpty();
    var spec = set.path("spec");
    assertThat(Json.text(spec, "successPolicy", "operator")).isEqualTo("All");
    assertThat(Json.text(spec, "startupPolicy", "startupPolicyOrder")).isEqualTo("AnyOrder");
    assertThat(spec.path("network").toString())
        .isEqualTo("{\"enableDNSHostnames\":true,\"publishNotReadyAddresses\":true}");
    assertThat(spec.at("/replicatedJobs/0/template/spec/completionMode").asString())
        .isEqualTo("Indexed");
    assertThat(spec.at("/replicatedJobs/0/template/spec/template/spec/restartPolicy").asString())
        .isEqualTo("OnFailure");
    assertThat(spec.at("/failurePolicy/rules/0/name").asString()).isEqualTo("failurePolicyRule0");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # field | value | refused with
          /spec/replicatedJobs/0/dependsOn | [{"name":"b","status":"Ready"}] | spec.replicatedJobs[0].dependsOn: Forbidden: DependsOn can't be set for the first ReplicatedJob
          /spec/network/subdomain | "Up" | spec.network.subdomain: Invalid value: "Up": a DNS-1035 label
          /spec/network/subdomain | "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" | .spec.network.subdomain is too long, must be less than 63 characters
          /spec/managedBy | "other" | spec.managedBy: Invalid value: "other": must be a domain-prefixed path (such as "acme.io/foo")
          /spec/successPolicy | {"operator":"All","targetReplicatedJobs":["z"]} | invalid replicatedJob name 'z' does not appear in .spec.ReplicatedJobs
          /spec/failurePolicy | {"rules":[{"name":"r","action":"FailJobSet","targetReplicatedJobs":["z"]}]} | invalid replicatedJob name 'z' in failure policy does not appear in .spec.ReplicatedJobs
          /spec/failurePolicy | {"rules":[{"name":"r","action":"FailJobSet","onJobFailureReasons":["z"]}]} | invalid job failure reason 'z' in failure policy is not a recognized job failure reason
          /spec/failurePolicy | {"rules":[{"name":"9","action":"FailJobSet"}]} | invalid failure policy rule name '9', a failure policy rule name must start with
          /spec/failurePolicy | {"rules":[{"name":"r","action":"FailJobSet"},{"name":"r","action":"FailJobSet"}]} | rule names are not unique, rules with indices [0 1] all have the same name 'r'
          /spec/failurePolicy | {"rules":[{"name":"r","action":"RestartJob"}]} | are not allowed when RestartJob feature gate is disabled
          /spec/failurePolicy | {"restartStrategy":"InPlaceRestart"} | InPlaceRestart restart strategy cannot be set when InPlaceRestart feature gate is disabled
          /spec/failurePolicy | {"rules":[{"name":"r","action":"FailJobSet","onJobFailureMessagePatterns":["("]}]} | is no regular expression
          /spec/coordinator | {"replicatedJob":"z"} | coordinator replicatedJob z does not exist
          /spec/coordinator | {"replicatedJob":"a","jobIndex":2} | coordinator job index 2 is invalid for replicatedJob a
          /spec/coordinator | {"replicatedJob":"a","podIndex":2} | coordinator pod index 2 is invalid for replicatedJob a job index 0
          /spec/coordinator | {"replicatedJob":"b"} | job for coordinator pod must be indexed completion mode, and completions number must be set
          /spec/volumeClaimPolicies | [{"templates":[{"metadata":{"name":"v"},"spec":{}}]}] | replicatedJob containers don't have a matching volumeMount: v from VolumeClaimPolicies
          """)
  void refusesAsTheOriginalDoes(String pointer, String value, String message) {
    var set = set("js");
    put(set, pointer, value);
    assertThat(String.join("\n", judge(new FakeRequest(), set))).contains(message);
  }

  @Test
  void anEntryMayOnlyDependOnEarlierOnes() {
    var set = set("js");
    ((ObjectNode) set.at("/spec/replicatedJobs/1"))
        .set("dependsOn", Json.MAPPER.readTree("[{\"name\":\"c\",\"status\":\"Ready\"}]"));
    assertThat(judge(new FakeRequest(), set))
        .containsExactly(
            "spec.replicatedJobs[1].dependsOn: Invalid value: \"c\": replicatedJob: b cannot depend"
                + " on replicatedJob: c");
  }

  @Test
  void namesThatWouldGetTooLongAreRefused() {
    assertThat(String.join("\n", judge(new FakeRequest(), set("j".repeat(60)))))
        .contains("job names generated for this JobSet will exceed 63 characters");
    assertThat(String.join("\n", judge(new FakeRequest(), set("j".repeat(54)))))
        .contains("pod names generated for this JobSet will exceed 63 characters");
  }

  @Test
  void jobsDoNotChangeButForWhatQueuesDecideWhileTheyWait() {
    var before = set("js");
    RULES.complete(new FakeRequest(), before);
    var replicas = before.deepCopy();
    ((ObjectNode) replicas.at("/spec/replicatedJobs/0")).put("replicas", 3);
    assertThat(judge(new FakeRequest().replacing(before), replicas))
        .singleElement()
        .asString()
        .startsWith("spec.replicatedJobs: Invalid value: ")
        .endsWith("field is immutable");
    var placed = before.deepCopy();
    ((ObjectNode) placed.at("/spec/replicatedJobs/0/template/spec/template/spec"))
        .putObject("nodeSelector")
        .put("pool", "a");
    assertThat(judge(new FakeRequest().replacing(before), placed)).hasSize(1);
    Json.ensureObject(before, "spec").put("suspend", true);
    assertThat(judge(new FakeRequest().replacing(before), placed)).isEmpty();
  }
}
