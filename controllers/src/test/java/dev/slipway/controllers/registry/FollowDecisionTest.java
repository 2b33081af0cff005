package dev.slipway.controllers.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.kserve.RolloutPolicy;
import dev.slipway.autoscaling.Outcomes.Counted;
import dev.slipway.base.Json;
import dev.slipway.controllers.registry.FollowDecision.Health;
import dev.slipway.controllers.registry.FollowDecision.Seen;
import dev.slipway.controllers.registry.FollowDecision.Wish;
import dev.slipway.controllers.registry.FollowState.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FollowDecisionTest {
  private static final String URI = "models:/iris@champion";
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final RolloutPolicy POLICY =
      new RolloutPolicy(
          true, List.of(10, 50), Duration.ofSeconds(60), 0.01, 2, 10, Duration.ofMinutes(5));
  private static final Counted MANY = requests(100, 0);

  private static Counted requests(long all, long failed) {
    return new Counted(all, failed, List.of(5.0, Double.POSITIVE_INFINITY), List.of(all, 0L));
  }

  /// `serving 2`, `starting 3 of 2`, `shifting 3 of 2 at 10`, `returning 2`; a last word `-3` for
  /// one that was rejected.
  private static FollowState state(String text) {
    String[] words = text.split(" ", -1);
    String rejected = words[words.length - 1].startsWith("-") ? words[words.length - 1] : "";
    Phase phase = Phase.valueOf(words[0].toUpperCase(java.util.Locale.ROOT));
    boolean two = words.length > 3 && words[2].equals("of");
    String stable = two ? words[3] : phase == Phase.RETURNING ? words[1] : "";
    return new FollowState(
        URI,
        "iris",
        words[1],
        "run-" + words[1],
        stable,
        stable.isEmpty() ? "" : "iris-predictor-00001",
        phase,
        words.length > 5 ? Integer.parseInt(words[5]) : 0,
        rejected.replace("-", ""),
        "",
        NOW);
  }

  private static String words(FollowState state) {
    String stable = state.stable();
    return state.phase().word().toLowerCase(java.util.Locale.ROOT)
        + " "
        + state.version()
        + (stable.isEmpty() || stable.equals(state.version()) ? "" : " of " + stable)
        + (state.phase() == Phase.SHIFTING ? " at " + state.percent() : "")
        + (state.rejected().isEmpty() ? "" : " -" + state.rejected());
  }

  private static Health health(String word) {
    return switch (word) {
      case "ready" -> new Health.Ready();
      case "failed" -> new Health.Failed("it does not load");
      default -> new Health.Starting();
    };
  }

  private static Seen seen(String health, Counted tried, int seconds) {
    return new Seen(
        health(health), true, "iris-predictor-00001", tried, MANY, Duration.ofSeconds(seconds));
  }

  private static Wish wish(@Nullable String version) {
    return new Wish(
        URI,
        version == null
            ? Optional.empty()
            : Optional.of(new ModelRegistry.Version("iris", version, "run-" + version, "")),
        POLICY,
        false);
  }

  @ParameterizedTest(name = "{0}, means {1}, {2}: {6}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # state                | means | health   | failed | seconds | then                   | why
          serving 2              |  2    | starting |   0    |    0    | serving 2              | nothing moved
          serving 2              |  3    | starting |   0    |    0    | starting 3 of 2        | the alias moved
          serving 2              |       | starting |   0    |    0    | serving 2              | a name that means nothing takes nothing away
          serving 2 -3           |  3    | starting |   0    |    0    | serving 2 -3           | what was rolled back is not tried again
          serving 2 -3           |  4    | starting |   0    |    0    | starting 4 of 2        | another is
          serving 2 -3           |  2    | starting |   0    |    0    | serving 2              | moved back: forgiven
          serving 2 -3           |       | starting |   0    |    0    | serving 2              | and when it is deleted
          starting 3 of 2        |  3    | starting |   0    |   60    | starting 3 of 2        | it takes its time
          starting 3 of 2        |  3    | ready    |   0    |    0    | shifting 3 of 2 at 10  | ready: the first step
          starting 3 of 2        |  3    | failed   |   0    |    0    | returning 2 -3         | never had a request
          starting 3 of 2        |  3    | starting |   0    |  300    | returning 2 -3         | not ready in time
          starting 3 of 2        |  4    | ready    |   0    |    0    | starting 4 of 2        | moved on
          starting 3 of 2        |  2    | starting |   0    |    0    | returning 2            | moved back: nobody is blamed
          starting 3 of 2        |       | starting |   0    |    0    | returning 2            | deleted
          shifting 3 of 2 at 10  |  3    | ready    |   0    |   59    | shifting 3 of 2 at 10  | the step is not over
          shifting 3 of 2 at 10  |  3    | ready    |   0    |   60    | shifting 3 of 2 at 50  | the next step
          shifting 3 of 2 at 50  |  3    | ready    |   0    |   60    | serving 3              | the last step
          shifting 3 of 2 at 10  |  3    | ready    |  50    |    1    | returning 2 -3         | out of bounds
          shifting 3 of 2 at 10  |  3    | failed   |   0    |    1    | returning 2 -3         | broke down
          shifting 3 of 2 at 50  |  4    | ready    |   0    |    1    | starting 4 of 2        | moved on: the new one begins without requests
          shifting 3 of 2 at 50  |  2    | ready    |   0    |    1    | returning 2            | moved back
          shifting 3 of 2 at 50  |       | ready    |   0    |    1    | returning 2            | deleted
          returning 2 -3         |  3    | starting |   0    |    0    | returning 2 -3         | its revision is being made
          returning 2 -3         |  3    | ready    |   0    |    0    | serving 2 -3           | as before
          returning 2 -3         |  4    | starting |   0    |    0    | starting 4 of 2        | no need to wait for what is left anyway
          """)
  void next(
      String before,
      String means,
      String health,
      long failed,
      int seconds,
      String then,
      String why) {
    var decision =
        FollowDecision.of(
            Optional.of(state(before)),
            wish(means),
            seen(health, requests(100, failed), seconds),
            NOW);
    assertThat(words(decision.state())).as(why).isEqualTo(then);
  }

  @Test
  void whatDoesNotTakeRequestsIsReplacedAtOnce() {
    var seen =
        new Seen(new Health.Starting(), false, "", Counted.NONE, Counted.NONE, Duration.ZERO);
    var decision = FollowDecision.of(Optional.of(state("serving 2")), wish("3"), seen, NOW);
    assertThat(words(decision.state())).isEqualTo("serving 3");
  }

  @Test
  void aShareInTheManifestIsTheUsersToMove() {
    var wish = new Wish(URI, wish("3").wanted(), POLICY, true);
    var decision =
        FollowDecision.of(Optional.of(state("serving 2")), wish, seen("starting", MANY, 0), NOW);
    assertThat(words(decision.state())).isEqualTo("serving 3");
  }

  @Test
  void aNameThatMeansNothingIsToldOnce() {
    var first = FollowDecision.of(Optional.empty(), wish(null), seen("starting", MANY, 0), NOW);
    assertThat(first.state().phase()).isEqualTo(Phase.UNRESOLVED);
    assertThat(first.told())
        .containsExactly(
            new FollowDecision.Told(
                "Warning",
                "ModelVersionNotFound",
                "models:/iris@champion means no version of the model registry"));
    var again =
        FollowDecision.of(
            Optional.of(first.state()), wish(null), seen("starting", MANY, 0), NOW.plusSeconds(9));
    assertThat(again.state()).isEqualTo(first.state());
    assertThat(again.told()).isEmpty();
    var found =
        FollowDecision.of(Optional.of(first.state()), wish("1"), seen("starting", MANY, 0), NOW);
    assertThat(words(found.state())).isEqualTo("serving 1");
  }

  @Test
  void everyStepIsToldWithItsReason() {
    var moved =
        FollowDecision.of(
            Optional.of(state("serving 2")), wish("3"), seen("starting", MANY, 0), NOW);
    assertThat(moved.told())
        .containsExactly(
            new FollowDecision.Told(
                "Normal",
                "RolloutStarted",
                "models:/iris@champion moved from version 2 to 3: starting it without requests"));
    var worse =
        FollowDecision.of(
            Optional.of(state("shifting 3 of 2 at 10")),
            wish("3"),
            seen("ready", requests(20, 20), 1),
            NOW);
    assertThat(worse.told())
        .containsExactly(
            new FollowDecision.Told(
                "Warning",
                "RolloutRolledBack",
                "version 3 was rolled back to version 2: 20 of its 20 requests failed, 0 of 100 of"
                    + " the stable version (at most 1% more)"));
  }

  @Test
  void aSettledServiceStaysAsItIsForEver() {
    for (var each : List.of("serving 2", "serving 2 -3", "returning 2 -3")) {
      var state = Optional.of(state(each));
      var wish = wish(each.equals("serving 2") ? "2" : "3");
      var later = FollowDecision.of(state, wish, seen("starting", MANY, 999), NOW.plusSeconds(9));
      assertThat(later.state()).isEqualTo(state.get());
      assertThat(later.told()).isEmpty();
    }
  }

  @Test
  void aStateComesBackFromItsStatusAsItWas() {
    for (var each :
        List.of("serving 2 -3", "starting 3 of 2", "shifting 3 of 2 at 50", "returning 2 -3")) {
      var status = Json.object();
      status.set(FollowState.FIELD, state(each).toJson());
      assertThat(FollowState.read(status)).contains(state(each));
    }
  }

  @ParameterizedTest(name = "{0}: {1} {2}")
  @CsvSource({
    "models:/iris@champion, true, true",
    "models:/iris/Production, true, true",
    "models:/iris/latest, true, true",
    "models:/iris/3, true, false",
    "models://iris/3, true, false",
    "models:/m-0123, false, false",
    "runs:/abc/model, false, false",
    "s3://models/iris@champion, false, false",
    "'', false, false"
  })
  void aNameMayMove(String uri, boolean names, boolean moves) {
    assertThat(FollowState.names(uri)).isEqualTo(names);
    assertThat(FollowState.moves(uri)).isEqualTo(moves);
  }
}
