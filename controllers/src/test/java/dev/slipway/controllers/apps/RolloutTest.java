package dev.slipway.controllers.apps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RolloutTest {
  /// Cases of `TestDeploymentController_reconcileNewReplicaSet` and `NewRSNewReplicas`.
  @ParameterizedTest(name = "{5}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # replicas | surge | current | newest | next | why
              10     |   0   |    0    |   0    |  10  | nothing is there yet
              10     |   2   |   10    |   0    |   2  | as many as the surge allows
              10     |   2   |   10    |   5    |   7  | the surge counts all sets
              10     |   0   |   10    |   0    |   0  | no surge, no room
              10     |   2   |   12    |   2    |   2  | the surge is used up
              10     |   2   |    7    |   7    |  10  | old ones are gone: fills up
               1     |   1   |    1    |   0    |   1  | one beside the old
               5     |   0   |    8    |   8    |   5  | the newest is too large: shrinks at once
          """)
  void newest(int replicas, int surge, int current, int newest, int next, String why) {
    assertThat(new Rollout(replicas, surge, 0).newest(current, newest)).as(why).isEqualTo(next);
  }

  /// Cases of `TestDeploymentController_reconcileOldReplicaSets`.
  @ParameterizedTest(name = "{7}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # replicas | unavailable | old | oldReady | newest | newReady | oldNext | why
              10     |      0      | 10  |    10    |   0    |    0     |   10    | nothing may be missing
              10     |      2      | 10  |    10    |   0    |    0     |    8    | two may be missing
              10     |      2      | 10  |     8    |   0    |    0     |    8    | the sick go first
              10     |      2      | 10  |     9    |   0    |    0     |    8    | one sick, one well
              10     |      2      |  8  |     8    |   2    |    0     |    8    | the new ones do not answer yet
              10     |      2      |  8  |     8    |   2    |    2     |    6    | they answer: as many old go
              10     |      2      |  8  |     0    |   2    |    0     |    8    | new ones that do not answer count as missing
               1     |      0      |  1  |     1    |   1    |    1     |    0    | the new one answers
          """)
  void old(
      int replicas,
      int unavailable,
      int old,
      int oldReady,
      int newest,
      int newReady,
      int oldNext,
      String why) {
    var oldSet = set("old", old, oldReady, 0, 1);
    var sizes =
        new Rollout(replicas, 0, unavailable)
            .old(set("new", newest, newReady, 0, 2), List.of(oldSet));
    assertThat(sizes.get(oldSet)).as(why).isEqualTo(oldNext);
  }

  /// Cases of `TestScale` in `sync_test.go`.
  @ParameterizedTest(name = "{4}: {0} to {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # from | to | sets, newest first | next  | why
             5   | 10 | 2 3                | 4 6   | in proportion
             5   |  3 | 2 3                | 1 2   | in proportion downwards
             9   |  4 | 8 1                | 4 0   | small ones end
             7   | 10 | 2 3 2              | 3 4 3 | three sets
            13   |  8 | 2 8 3              | 1 5 2 | three sets downwards
             3   |  4 | 1 1 1              | 2 1 1 | what is left goes to the newest of equals
             3   |  5 | 1 1 1              | 2 2 1 | the next newest too
             3   |  6 | 1 1 1              | 2 2 2 | without rest
             3   |  1 | 1 1 1              | 1 0 0 | the oldest of equals go first
             3   |  0 | 1 1 1              | 0 0 0 | to nothing
             0   |  6 | 0 0 0              | 6 0 0 | from nothing: the newest
          """)
  void proportional(int from, int to, String sizes, String next, String why) {
    var wanted = Arrays.stream(sizes.split(" ", -1)).map(Integer::parseInt).toList();
    var sets = new ArrayList<Resource>();
    for (int i = 0; i < wanted.size(); i++) {
      sets.add(set("v" + (wanted.size() - i), wanted.get(i), wanted.get(i), from, 100 - i));
    }
    var result = new Rollout(to, 0, 0).proportional(sets);
    var found = sets.stream().map(each -> String.valueOf(result.get(each))).toList();
    assertThat(String.join(" ", found)).as(why).isEqualTo(next);
  }

  @Test
  void aPercentageOfSurgeRoundsUpAndOfAbsenceDown() {
    var deployment =
        Resource.of(
            Kinds.DEPLOYMENT,
            Json.parseObject(
                """
                {"spec":{"replicas":10,"strategy":{"type":"RollingUpdate",
                 "rollingUpdate":{"maxSurge":"25%","maxUnavailable":"25%"}}}}
                """));
    assertThat(Rollout.of(deployment)).isEqualTo(new Rollout(10, 3, 2));
  }

  @Test
  void neitherSurgeNorAbsenceMeansOneMayBeMissing() {
    var deployment =
        Resource.of(
            Kinds.DEPLOYMENT,
            Json.parseObject(
                """
                {"spec":{"replicas":1,"strategy":{"type":"RollingUpdate",
                 "rollingUpdate":{"maxSurge":0,"maxUnavailable":"25%"}}}}
                """));
    assertThat(Rollout.of(deployment)).isEqualTo(new Rollout(1, 0, 1));
  }

  private static Resource set(String name, int wanted, int available, int max, int age) {
    var tree = Json.object();
    var metadata = tree.putObject("metadata").put("name", name).put("uid", name);
    metadata.put("creationTimestamp", "2026-01-01T00:%02d:00Z".formatted(age % 60));
    if (max > 0) {
      metadata.putObject("annotations").put(ReplicaSets.MAX, Integer.toString(max));
    }
    tree.putObject("spec").put("replicas", wanted);
    tree.putObject("status").put("availableReplicas", available).put("replicas", wanted);
    return Resource.of(Kinds.REPLICA_SET, tree);
  }
}
