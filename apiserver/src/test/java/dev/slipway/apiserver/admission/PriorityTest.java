package dev.slipway.apiserver.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class PriorityTest {
  private final FakeCluster cluster = new FakeCluster();
  private final Requests requests = new Requests(cluster, new Priority(cluster.objects()));

  private static String priorityClass(String name, int value, boolean isDefault) {
    return ("{'apiVersion':'scheduling.k8s.io/v1','kind':'PriorityClass','metadata':{'name':'%s'},"
            + "'value':%d,'globalDefault':%s}")
        .formatted(name, value, isDefault);
  }

  private static ObjectNode pod(String spec) {
    return FakeCluster.manifest(
        "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p','namespace':'n'},'spec':"
            + spec
            + "}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {}                                               | 10         | low  | PreemptLowerPriority
          {'priorityClassName':'high'}                     | 1000       | high | PreemptLowerPriority
          {'priorityClassName':'high','priority':1000}     | 1000       | high | PreemptLowerPriority
          {'priorityClassName':'system-node-critical'}     | 2000001000 | system-node-critical | PreemptLowerPriority
          {'priorityClassName':'system-cluster-critical'}  | 2000000000 | system-cluster-critical | PreemptLowerPriority
          """)
  void aPodGetsItsClasssPriority(String spec, int priority, String name, String preemption) {
    cluster.create(priorityClass("low", 10, true));
    cluster.create(priorityClass("high", 1000, false));
    ObjectNode admitted = requests.admit(requests.create(pod(spec)));
    assertThat(admitted.at("/spec/priority").asInt()).isEqualTo(priority);
    assertThat(admitted.at("/spec/priorityClassName").asString()).isEqualTo(name);
    assertThat(admitted.at("/spec/preemptionPolicy").asString()).isEqualTo(preemption);
  }

  @Test
  void withoutAnyClassThePriorityIsZero() {
    ObjectNode admitted = requests.admit(requests.create(pod("{}")));
    assertThat(admitted.at("/spec/priority").asInt()).isZero();
    assertThat(admitted.at("/spec").has("priorityClassName")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {'priorityClassName':'x'} | no PriorityClass with name x was found
          {'priority':7} | the integer value of priority (7) must not be provided in pod spec; priority admission controller computed 0 from the given PriorityClass name
          {'preemptionPolicy':'Never'} | the string value of PreemptionPolicy (Never) must not be provided in pod spec; priority admission controller computed PreemptLowerPriority from the given PriorityClass name
          """)
  void aPodMayNotChooseForItself(String spec, String why) {
    assertThatThrownBy(() -> requests.admit(requests.create(pod(spec))))
        .hasMessage("pods \"p\" is forbidden: " + why);
  }

  @Test
  void oneClassAtMostIsTheDefault() {
    cluster.create(priorityClass("low", 10, true));
    ObjectNode second = FakeCluster.manifest(priorityClass("other", 20, true));
    assertThatThrownBy(() -> requests.admit(requests.create(second)))
        .hasMessage(
            "priorityclasses.scheduling.k8s.io \"other\" is forbidden: PriorityClass low is already"
                + " marked as globalDefault");
  }

  @Test
  void anUpdateThatLeavesThePriorityOutKeepsIt() {
    ObjectNode old = pod("{'priority':5,'preemptionPolicy':'Never'}");
    ObjectNode admitted = requests.admit(requests.update(old, pod("{}")));
    assertThat(admitted.path("spec")).isEqualTo(old.path("spec"));
  }
}
