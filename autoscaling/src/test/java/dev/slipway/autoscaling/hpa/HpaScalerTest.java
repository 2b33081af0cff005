package dev.slipway.autoscaling.hpa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.autoscaling.hpa.HpaDecision.Condition;
import dev.slipway.autoscaling.hpa.HpaPod.Container;
import dev.slipway.autoscaling.hpa.HpaPod.Readiness;
import dev.slipway.autoscaling.hpa.HpaReading.Sample;
import dev.slipway.autoscaling.hpa.HpaScaler.Observed;
import dev.slipway.autoscaling.hpa.HpaSpec.Behavior;
import dev.slipway.autoscaling.hpa.HpaSpec.Metric;
import dev.slipway.autoscaling.hpa.HpaSpec.Policy;
import dev.slipway.autoscaling.hpa.HpaSpec.PolicyType;
import dev.slipway.autoscaling.hpa.HpaSpec.Rules;
import dev.slipway.autoscaling.hpa.HpaSpec.Select;
import dev.slipway.autoscaling.hpa.HpaSpec.Target;
import dev.slipway.autoscaling.hpa.HpaState.Change;
import dev.slipway.autoscaling.hpa.HpaState.Recommendation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Cases of kubernetes/kubernetes `pkg/controller/podautoscaler/replica_calculator_test.go`, then
/// our own.
final class HpaScalerTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
  private static final HpaSettings SETTINGS =
      new HpaSettings(0.1, Duration.ofMinutes(2), Duration.ofSeconds(10), Duration.ofMinutes(5));

  /// Wide open, so that only the metric decides.
  private static final Optional<Behavior> FREE =
      Optional.of(
          new Behavior(
              rules(0, Select.MAX, new Policy(PolicyType.PODS, 1_000, Duration.ofSeconds(15))),
              rules(0, Select.MAX, new Policy(PolicyType.PERCENT, 100, Duration.ofSeconds(15)))));

  private static Rules rules(int stabilization, Select select, Policy... policies) {
    return new Rules(
        Duration.ofSeconds(stabilization), select, List.of(policies), OptionalDouble.empty());
  }

  /// Pods by letter: `r` ready, `u` running and not ready, `p` pending, `g` gone, `h` ready and
  /// just started.
  private static List<HpaPod> pods(String states, long requestMilli) {
    var pods = new ArrayList<HpaPod>();
    for (int i = 0; i < states.length(); i++) {
      char state = states.charAt(i);
      Instant started = state == 'h' ? NOW : NOW.minusSeconds(180);
      boolean ready = state == 'r' || state == 'h';
      pods.add(
          new HpaPod(
              "pod-" + i,
              state == 'g',
              state == 'p',
              Optional.of(started),
              Optional.of(new Readiness(ready, started)),
              List.of(new Container("app", Map.of("cpu", requestMilli)))));
    }
    return pods;
  }

  private static HpaReading.OfPods levels(String levels) {
    var samples = new HashMap<String, Sample>();
    String[] each = levels.split(" ", -1);
    for (int i = 0; i < each.length; i++) {
      if (!each[i].equals("-")) {
        samples.put("pod-" + i, new Sample(Long.parseLong(each[i]), NOW, Duration.ofMinutes(1)));
      }
    }
    return new HpaReading.OfPods(samples);
  }

  private static HpaDecision decide(
      Metric metric, HpaReading reading, int replicas, List<HpaPod> pods) {
    var spec = new HpaSpec(0, 1_000, List.of(metric), FREE);
    return HpaScaler.decide(
        spec,
        SETTINGS,
        HpaState.NONE,
        new Observed(replicas, replicas, pods, List.of(reading)),
        NOW);
  }

  @ParameterizedTest(name = "{6}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # replicas | pods | levels of 1000 requested | target % | wanted | found % | why
          3 | rrr     | 300 500 700         | 30  | 5 | 50  | up
          3 | urr     | 300 500 700         | 30  | 4 | 60  | up, an unready pod makes it less
          3 | hrr     | 300 500 700         | 30  | 4 | 60  | up, a starting pod makes it less
          3 | ruu     | 400 500 700         | 30  | 3 | 40  | not up, with two unready
          3 | rhh     | 400 500 700         | 30  | 3 | 40  | not up, with two starting
          2 | rrgg    | 500 700             | 30  | 4 | 60  | up, without those gone
          5 | rrrrr   | 100 300 500 250 250 | 50  | 3 | 28  | down
          5 | rrruu   | 100 300 500 250 250 | 50  | 2 | 30  | down, unready pods do not count
          5 | rpppp   | 100                 | 50  | 1 | 10  | down, pending pods do not count
          5 | rrrhh   | 100 300 500 250 250 | 50  | 2 | 30  | down, starting pods do not count
          5 | rrrrrgg | 100 300 500 250 250 | 50  | 3 | 28  | down, without those gone
          3 | rrr     | 990 1010 1000       | 100 | 3 | 100 | within the tolerance
          4 | rrrr    | 400 - 500 700       | 100 | 3 | 53  | missing figures count as full before shrinking
          4 | rrrr    | 950 - 950 950       | 50  | 6 | 95  | missing figures count as nothing before growing
          3 | rrp     | 1000 1000 -         | 50  | 4 | 100 | pending pods count as idle before growing
          2 | rr      | 1000 -              | 100 | 2 | 100 | on target with one missing
          """)
  void utilization(
      int replicas, String pods, String levels, int target, int wanted, int percent, String why) {
    HpaDecision decision =
        decide(
            new Metric.Resource("cpu", new Target.Utilization(target)),
            levels(levels),
            replicas,
            pods(pods, 1_000));
    assertThat(decision.replicas()).as(why).isEqualTo(wanted);
    assertThat(decision.metrics().getFirst().percent()).hasValue(percent);
    assertThat(decision.error()).isEmpty();
  }

  @ParameterizedTest(name = "{6}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          3 | rrr   | 20000 10000 30000             | 15000 | 4 | 20000 | up
          3 | rru   | 50000 10000 30000             | 15000 | 6 | 30000 | readiness is no matter
          5 | rrrrr | 12000 12000 12000 12000 12000 | 20000 | 3 | 12000 | down
          3 | rrr   | 20000 21000 21000             | 20000 | 3 | 20666 | within the tolerance
          5 | rrrrr | 20000 19000 21000             | 20000 | 5 | 20000 | missing figures, no change
          2 | rrr   | 10000 10000 -                 | 17000 | 2 | 10000 | a surge pod without figures never grows it
          """)
  void podsMetric(
      int replicas, String pods, String levels, long target, int wanted, long average, String why) {
    HpaDecision decision =
        decide(
            new Metric.Pods("qps", new Target.AverageValue(target)),
            levels(levels),
            replicas,
            pods(pods, 1_000));
    assertThat(decision.replicas()).as(why).isEqualTo(wanted);
    assertThat(decision.metrics().getFirst().averageMilli()).hasValue(average);
  }

  @ParameterizedTest(name = "{5}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          3 | rrr   | 20000 | 15000 | 4 | up
          3 | uru   | 50000 | 10000 | 5 | only ready pods are multiplied
          5 | rrrrr | 12000 | 20000 | 3 | down
          3 | rrr   | 20666 | 20000 | 3 | within the tolerance
          5 | rrrrr | 8600  | 14334 | 3 | down
          3 | uru   | 8600  | 4400  | 2 | down, as only one is ready
          """)
  void valueInAll(int replicas, String pods, long total, long target, int wanted, String why) {
    var value = new Target.Value(target);
    for (Metric metric :
        List.of(
            new Metric.OfObject("qps", "Deployment", value),
            new Metric.External("qps", "nil", value))) {
      HpaDecision decision =
          decide(metric, new HpaReading.Total(total), replicas, pods(pods, 1_000));
      assertThat(decision.replicas()).as(why).isEqualTo(wanted);
      assertThat(decision.metrics().getFirst().valueMilli()).hasValue(total);
    }
  }

  @ParameterizedTest(name = "{0} pods, {1} against {2} each")
  @CsvSource({
    "3, 8600, 2150, 4, 2867",
    "5, 8600, 2867, 3, 1720",
    "3, 8600, 2900, 3, 2867",
    "0, 20000, 5000, 4, 0",
    "0, 0, 5000, 0, 0",
    "3, 20000, 5000, 4, 6667",
    "5, 6000, 2000, 3, 1200",
    "4, 20166, 5000, 4, 5042",
  })
  void valueForEachPod(int replicas, long total, long target, int wanted, long average) {
    var value = new Target.AverageValue(target);
    for (Metric metric :
        List.of(
            new Metric.OfObject("qps", "Deployment", value),
            new Metric.External("qps", "nil", value))) {
      HpaDecision decision =
          decide(metric, new HpaReading.Total(total), replicas, pods("r".repeat(replicas), 1));
      assertThat(decision.replicas()).isEqualTo(wanted);
      assertThat(decision.metrics().getFirst().averageMilli()).hasValue(average);
    }
  }

  @Test
  void aContainersResourceIsMeasuredAgainstItsOwnRequest() {
    List<HpaPod> pods =
        pods("rrr", 1_000).stream()
            .map(
                pod ->
                    new HpaPod(
                        pod.name(),
                        false,
                        false,
                        pod.started(),
                        pod.ready(),
                        List.of(pod.containers().getFirst(), new Container("sidecar", Map.of()))))
            .toList();
    var target = new Target.Utilization(30);
    assertThat(
            decide(
                    new Metric.ContainerResource("cpu", "app", target),
                    levels("300 500 700"),
                    3,
                    pods)
                .replicas())
        .isEqualTo(5);
    HpaDecision whole = decide(new Metric.Resource("cpu", target), levels("300 500 700"), 3, pods);
    assertThat(whole.rescale()).isFalse();
    assertThat(condition(whole, HpaDecision.SCALING_ACTIVE))
        .isEqualTo(
            new Condition(
                "ScalingActive",
                false,
                "FailedGetResourceMetric",
                "the HPA was unable to compute the replica count: failed to get cpu utilization:"
                    + " missing request for cpu in container sidecar of Pod pod-0"));
  }

  private static Condition condition(HpaDecision decision, String type) {
    return decision.conditions().stream()
        .filter(each -> each.type().equals(type))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest(name = "tolerance {0}: {1}")
  @CsvSource({"0.1, 3", "0.01, 4"})
  void toleranceIsOfEachDirection(double tolerance, int wanted) {
    Rules free = FREE.orElseThrow().up();
    var up =
        new Rules(
            free.stabilization(), free.select(), free.policies(), OptionalDouble.of(tolerance));
    var spec =
        new HpaSpec(
            1,
            100,
            List.of(new Metric.Pods("qps", new Target.AverageValue(20_000))),
            Optional.of(new Behavior(up, FREE.orElseThrow().down())));
    var seen = new Observed(3, 3, pods("rrr", 1), List.of(levels("20000 21000 21000")));
    assertThat(HpaScaler.decide(spec, SETTINGS, HpaState.NONE, seen, NOW).replicas())
        .isEqualTo(wanted);
  }

  private static HpaDecision external(HpaSpec spec, HpaState state, int replicas, long total) {
    var readings = new ArrayList<HpaReading>();
    spec.metrics().forEach(_ -> readings.add(new HpaReading.Total(total)));
    var seen = new Observed(replicas, replicas, pods("r".repeat(replicas), 1), readings);
    return HpaScaler.decide(spec, SETTINGS, state, seen, NOW);
  }

  private static HpaSpec spec(int min, int max, Optional<Behavior> behavior) {
    return new HpaSpec(
        min,
        max,
        List.of(new Metric.External("qps", "nil", new Target.AverageValue(1_000))),
        behavior);
  }

  @ParameterizedTest(name = "{6}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # current | load | min | max | wanted | limited | why
          3  | 100 | 1 | 50 | 6  | ScaleUpLimit       | at most twice as many
          1  | 100 | 1 | 50 | 4  | ScaleUpLimit       | but four
          3  | 100 | 1 | 5  | 5  | TooManyReplicas    | the most
          10 | 1   | 2 | 50 | 10 | DesiredWithinRange | the first recommendation holds it up
          10 | 12  | 2 | 50 | 12 | DesiredWithinRange | up
          """)
  void withoutBehavior(
      int current, int load, int min, int max, int wanted, String limited, String why) {
    HpaDecision decision =
        external(spec(min, max, Optional.empty()), HpaState.NONE, current, load * 1_000L);
    assertThat(decision.replicas()).as(why).isEqualTo(wanted);
    assertThat(condition(decision, HpaDecision.SCALING_LIMITED).reason()).isEqualTo(limited);
  }

  @Test
  void withoutBehavior_theHighestOfFiveMinutesHolds() {
    var state =
        new HpaState(
            List.of(
                new Recommendation(9, NOW.minusSeconds(301)),
                new Recommendation(7, NOW.minusSeconds(299))),
            List.of());
    HpaDecision decision = external(spec(1, 50, Optional.empty()), state, 10, 2_000);
    assertThat(decision.replicas()).isEqualTo(7);
    assertThat(decision.reason()).isEqualTo("All metrics below target");
    assertThat(decision.state().recommendations())
        .containsExactly(new Recommendation(7, NOW.minusSeconds(299)), new Recommendation(2, NOW));
    assertThat(decision.state().changes()).as("no policy looks at them").isEmpty();
  }

  /// Limits of policies; the base is what there was when the period began.
  @ParameterizedTest(name = "{8}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # current | load | select | pods | percent | changed in period | wanted | limited | why
          10 | 100 | MAX      | 4 | 100 | 0  | 20 | ScaleUpLimit       | percent allows more
          10 | 100 | MIN      | 4 | 100 | 0  | 14 | ScaleUpLimit       | pods allow less
          10 | 100 | DISABLED | 4 | 100 | 0  | 10 | ScaleUpLimit       | no growth at all
          10 | 100 | MAX      | 4 | 10  | 2  | 12 | ScaleUpLimit       | two of the four are used up
          10 | 100 | MAX      | 4 | 10  | 9  | 10 | ScaleUpLimit       | all are used up
          10 | 100 | MAX      | 4 | 10  | -5 | 19 | ScaleUpLimit       | what was removed may come back
          10 | 12  | MAX      | 4 | 100 | 0  | 12 | DesiredWithinRange | within
          10 | 1   | MAX      | 4 | 50  | 0  | 5  | ScaleDownLimit     | half may go
          10 | 1   | MIN      | 4 | 50  | 0  | 6  | ScaleDownLimit     | four may go
          10 | 1   | DISABLED | 4 | 50  | 0  | 10 | ScaleDownLimit     | none may go
          10 | 1   | MAX      | 4 | 10  | -3 | 9  | ScaleDownLimit     | three are gone already
          10 | 1   | MAX      | 4 | 10  | -9 | 10 | ScaleDownLimit     | more than four are gone already
          """)
  void policies(
      int current,
      int load,
      Select select,
      int pods,
      int percent,
      int changed,
      int wanted,
      String limited,
      String why) {
    Rules both =
        rules(
            0,
            select,
            new Policy(PolicyType.PODS, pods, Duration.ofSeconds(60)),
            new Policy(PolicyType.PERCENT, percent, Duration.ofSeconds(60)));
    var state =
        new HpaState(
            List.of(new Recommendation(current, NOW.minusSeconds(900))),
            List.of(
                new Change(changed, NOW.minusSeconds(59)), new Change(50, NOW.minusSeconds(60))));
    HpaDecision decision =
        external(spec(1, 50, Optional.of(new Behavior(both, both))), state, current, load * 1_000L);
    assertThat(decision.replicas()).as(why).isEqualTo(wanted);
    assertThat(condition(decision, HpaDecision.SCALING_LIMITED).reason()).isEqualTo(limited);
  }

  @ParameterizedTest(name = "{5}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # current | load | recommended 30 s ago | up, down window | wanted | why
          10 | 20 | 12 | 60 | 12 | the lowest recent one holds growth
          10 | 20 | 5  | 60 | 10 | but shrinks nothing
          10 | 20 | 12 | 20 | 20 | too long ago
          10 | 5  | 8  | 60 | 8  | the highest recent one holds shrinking
          10 | 5  | 15 | 60 | 10 | but grows nothing
          10 | 5  | 8  | 20 | 5  | too long ago
          """)
  void stabilization(int current, int load, int recommended, int window, int wanted, String why) {
    Behavior free = FREE.orElseThrow();
    var behavior =
        new Behavior(
            rules(window, Select.MAX, free.up().policies().getFirst()),
            rules(window, Select.MAX, free.down().policies().getFirst()));
    var state =
        new HpaState(List.of(new Recommendation(recommended, NOW.minusSeconds(30))), List.of());
    HpaDecision decision =
        external(spec(1, 50, Optional.of(behavior)), state, current, load * 1_000L);
    assertThat(decision.replicas()).as(why).isEqualTo(wanted);
  }

  @Test
  void outsideItsBounds_itIsBroughtIn_withoutMeasuring() {
    HpaSpec spec = spec(3, 5, Optional.empty());
    HpaDecision above = external(spec, HpaState.NONE, 9, 0);
    assertThat(above.replicas()).isEqualTo(5);
    assertThat(above.reason()).isEqualTo("Current number of replicas above Spec.MaxReplicas");
    assertThat(external(spec, HpaState.NONE, 1, 0).replicas()).isEqualTo(3);
    assertThat(above.conditions())
        .containsExactly(
            new Condition(
                "AbleToScale",
                true,
                "SucceededRescale",
                "the HPA controller was able to update the target scale to 5"));
  }

  @Test
  void atZero_itIsOff_unlessItMayGoThere() {
    HpaDecision off = external(spec(1, 5, FREE), HpaState.NONE, 0, 3_000);
    assertThat(off.replicas()).isZero();
    assertThat(condition(off, HpaDecision.SCALING_ACTIVE).reason()).isEqualTo("ScalingDisabled");
    assertThat(external(spec(0, 5, FREE), HpaState.NONE, 0, 3_000).replicas()).isEqualTo(3);
    assertThat(external(spec(0, 5, FREE), HpaState.NONE, 2, 0).replicas()).isZero();
  }

  @Test
  void ofSeveralMetrics_theLargestHolds_andAFailedOneForbidsShrinking() {
    var spec =
        new HpaSpec(
            1,
            50,
            List.of(
                new Metric.External("a", "nil", new Target.AverageValue(1_000)),
                new Metric.External("b", "nil", new Target.AverageValue(1_000))),
            FREE);
    var failed = new HpaReading.Failed("unable to get external metric default/b/nil: gone");
    List<HpaPod> pods = pods("rrrrr", 1);
    HpaDecision both = decide(spec, pods, new HpaReading.Total(8_000), new HpaReading.Total(3_000));
    assertThat(both.replicas()).isEqualTo(8);
    assertThat(both.reason()).isEqualTo("external metric a(nil) above target");
    HpaDecision growing = decide(spec, pods, new HpaReading.Total(8_000), failed);
    assertThat(growing.replicas()).isEqualTo(8);
    assertThat(growing.error()).isPresent();
    HpaDecision shrinking = decide(spec, pods, new HpaReading.Total(2_000), failed);
    assertThat(shrinking.rescale()).isFalse();
    assertThat(shrinking.error())
        .contains(
            "invalid metrics (1 invalid out of 2), first error is: unable to get external metric"
                + " default/b/nil: gone");
    assertThat(condition(shrinking, HpaDecision.SCALING_ACTIVE).reason())
        .isEqualTo("FailedGetExternalMetric");
  }

  private static HpaDecision decide(HpaSpec spec, List<HpaPod> pods, HpaReading... readings) {
    var seen = new Observed(pods.size(), pods.size(), pods, List.of(readings));
    return HpaScaler.decide(spec, SETTINGS, HpaState.NONE, seen, NOW);
  }

  @Test
  void noPods_orNoFigures_areSaid() {
    var metric = new Metric.Resource("cpu", new Target.Utilization(50));
    HpaDecision empty = decide(metric, levels("100"), 1, List.of());
    assertThat(condition(empty, HpaDecision.SCALING_ACTIVE).message())
        .endsWith("no pods returned by selector while calculating replica count");
    HpaDecision unready = decide(metric, levels("100"), 1, pods("u", 100));
    assertThat(condition(unready, HpaDecision.SCALING_ACTIVE).message())
        .endsWith("did not receive metrics for targeted pods (pods might be unready)");
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {51, 52, 53})
  void alwaysWithinItsBounds_andMoreLoadNeverWantsFewer(long seed) {
    var random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      int min = 1 + random.nextInt(5);
      int max = min + random.nextInt(20);
      Optional<Behavior> behavior =
          switch (random.nextInt(3)) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(Behavior.DEFAULT);
            default -> FREE;
          };
      HpaSpec spec = spec(min, max, behavior);
      int current = min + random.nextInt(max - min + 1);
      long load = random.nextInt(40_000);
      HpaDecision less = external(spec, HpaState.NONE, current, load);
      HpaDecision more = external(spec, HpaState.NONE, current, load + random.nextInt(40_000));
      String story = "seed " + seed + ", step " + i;
      assertThat(less.replicas()).as(story).isBetween(min, max);
      assertThat(more.replicas()).as(story).isGreaterThanOrEqualTo(less.replicas());
    }
  }
}
