package dev.slipway.autoscaling.knative;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.autoscaling.knative.Rollout.Pace;
import dev.slipway.autoscaling.knative.Rollout.RevisionShare;
import dev.slipway.autoscaling.knative.Rollout.Share;
import dev.slipway.autoscaling.knative.Rollout.Stepped;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The cases of knative/serving `pkg/reconciler/route/traffic/rollout_test.go`, then our own.
final class RolloutTest {
  private static final long NOW = 2020;

  private static Instant at(long nanos) {
    return Instant.ofEpochSecond(0, nanos);
  }

  /// `a:95 b:5` as revisions.
  private static List<RevisionShare> revisions(String text) {
    var list = new ArrayList<RevisionShare>();
    for (String each : text.split(" ", -1)) {
      if (!each.isEmpty()) {
        String[] parts = each.split(":", -1);
        list.add(new RevisionShare(parts[0], Integer.parseInt(parts[1])));
      }
    }
    return list;
  }

  private static String text(List<RevisionShare> revisions) {
    return revisions.stream()
        .map(each -> each.revision() + ":" + each.percent())
        .collect(Collectors.joining(" "));
  }

  private static Share share(String revisions, Pace pace) {
    List<RevisionShare> list = revisions(revisions);
    int percent = list.stream().mapToInt(RevisionShare::percent).sum();
    return new Share("mick", "", percent, list, pace);
  }

  private static Stepped step(Share goal, Share before) {
    return new Rollout(List.of(goal)).stepFrom(new Rollout(List.of(before)), at(NOW));
  }

  @ParameterizedTest(name = "{6}")
  @CsvSource(
      delimiter = '|',
      emptyValue = "",
      textBlock =
          """
          # before | step | due | goal | after | begins | why
          a:100         | 0  | 0    | a:100 | a:100           | no  | nothing new
          a:100         | 11 | 1984 | b:100 | a:99 b:1        | yes | a new revision gets one percent, an old pace is forgotten
          ''            | 0  | 0    | b:100 | b:100           | no  | the first revision gets all
          a:95 b:5      | 3  | 2019 | b:100 | a:92 b:8        | no  | a step is due
          a:95 b:5      | 3  | 2021 | b:100 | a:95 b:5        | no  | a step is not due
          a:95 b:5      | 0  | 0    | b:100 | a:95 b:5        | no  | the gateway has yet to serve the first percent
          a:11 b:31     | 0  | 0    | c:33  | a:2 b:30 c:1    | yes | a smaller share comes from the oldest
          a:11 b:14     | 0  | 0    | c:75  | a:11 b:63 c:1   | yes | a larger one goes to the newest there was
          a:70          | 0  | 0    | b:70  | a:69 b:1        | yes | less than the whole route
          a:95 b:5      | 0  | 0    | c:100 | a:95 b:4 c:1    | yes | a third revision in the middle of a rollout
          a:99 b:1      | 0  | 0    | c:100 | a:99 c:1        | yes | which may take the place of the second
          a:1           | 0  | 0    | b:1   | b:1             | no  | one percent is not divided
          a:30 b:60     | 10 | 2020 | b:90  | a:20 b:70       | no  | exactly in time
          a:22 b:5 c:3 d:60 | 10 | 1984 | d:90 | a:20 d:70    | no  | the newest older ones are drained first
          a:5 b:1 c:1 d:8 | 10 | 1984 | d:15 | d:15           | no  | more than there is
          a:5 b:1 c:1 d:8 | 8 | 1984 | d:15 | d:15            | no  | the last step
          a:40 b:10     | 10 | 1984 | b:15  | b:15            | no  | the share fell below a step
          a:60 b:40     | 5  | 1984 | b:20  | b:20            | no  | the oldest is cut away
          """)
  void oneConfiguration(
      String before, int step, long due, String goal, String after, String begins, String why) {
    var pace = step == 0 ? Pace.NONE : new Pace(7, due, 5, step);
    Share wanted = share(goal, Pace.NONE);
    Stepped stepped = step(wanted, share(before, pace));
    Share found = stepped.rollout().configurations().getFirst();
    assertThat(text(found.revisions())).as(why).isEqualTo(after);
    if (begins.equals("yes")) {
      assertThat(found.pace()).isEqualTo(new Pace(NOW, 0, 0, 0));
    } else if (found.isDone()) {
      assertThat(found.pace()).isEqualTo(Pace.NONE);
    } else if (step > 0 && due <= NOW) {
      assertThat(stepped.next()).contains(at(NOW + 5));
    }
  }

  @Test
  void severalConfigurationsMoveBySelf_andTheNextStepIsTheEarliest() {
    var before =
        new Rollout(
            List.of(
                new Share("mick", "", 42, revisions("a:37 b:5"), new Pace(1961, 2019, 43, 3)),
                new Share("keith", "", 52, revisions("c:36 d:16"), new Pace(1971, 2018, 55, 4))));
    var goal = new Rollout(List.of(Share.of("mick", "", 42, "b"), Share.of("keith", "", 52, "d")));
    Stepped stepped = goal.stepFrom(before, at(NOW));
    assertThat(stepped.next()).contains(at(NOW + 43));
    assertThat(stepped.rollout().configurations())
        .extracting(each -> each.configuration() + " " + text(each.revisions()))
        .containsExactly("keith c:32 d:20", "mick a:34 b:8");
  }

  @Test
  void zeroPercentIsNoPartOfARollout() {
    Stepped stepped = step(Share.of("mick", "", 0, "b"), share("a:100", Pace.NONE));
    assertThat(stepped.rollout()).isEqualTo(Rollout.NONE);
    assertThat(stepped.next()).isEmpty();
  }

  @Test
  void aNewTagHasItsTrafficAtOnce() {
    var before = new Rollout(List.of(Share.of("mick", "", 100, "a")));
    var goal =
        new Rollout(List.of(Share.of("mick", "", 100, "a"), Share.of("mick", "new", 100, "a")));
    assertThat(goal.stepFrom(before, at(NOW)).rollout()).isEqualTo(goal);
  }

  @Test
  void aRemovedConfigurationDoesNotHoldTheOther() {
    var before =
        new Rollout(List.of(Share.of("keith", "", 50, "c"), Share.of("mick", "", 50, "a")));
    var goal = new Rollout(List.of(Share.of("mick", "", 100, "a")));
    assertThat(goal.stepFrom(before, at(NOW)).rollout()).isEqualTo(goal);
  }

  /// TestObserveReady: the time the gateway took for the first percent sets the pace.
  @ParameterizedTest(name = "{0} %, {1} ns")
  @CsvSource({
    "100, 1982, 1202020202, 1",
    "100, 2636107200, 3000000000, 3",
    "75, 2636107200, 3000000000, 2",
    "50, 2636107200, 3000000000, 1",
    "13, 200000000000, 1000000000, 12",
  })
  void pace(int percent, long took, long stepNanos, int stepPercent) {
    long start = 198_219_841_988L;
    var share =
        new Share(
            "mick",
            "",
            percent,
            revisions("a:" + (percent - 1) + " b:1"),
            new Pace(start, 0, 0, 0));
    Rollout paced = new Rollout(List.of(share)).observed(at(start + took), Duration.ofMinutes(2));
    assertThat(paced.configurations().getFirst().pace())
        .isEqualTo(new Pace(start, start + took + stepNanos, stepNanos, stepPercent));
  }

  @Test
  void observed_leavesAloneWhatHasItsPaceOrDoesNotMove() {
    var rollout =
        new Rollout(List.of(share("a:90 b:10", new Pace(1, 2, 11, 1)), share("c:100", Pace.NONE)));
    assertThat(rollout.observed(at(NOW), Duration.ofMinutes(2))).isEqualTo(rollout);
  }

  @Test
  void aMinuteWithASecondsGateway_takesFiftySteps() {
    Share goal = Share.of("mick", "", 100, "b");
    Instant now = Instant.parse("2026-03-01T10:00:00Z");
    Instant start = now;
    Stepped at =
        new Rollout(List.of(goal))
            .stepFrom(new Rollout(List.of(Share.of("mick", "", 100, "a"))), now);
    now = now.plusSeconds(1);
    Rollout rollout = at.rollout().observed(now, Duration.ofMinutes(1));
    int steps = 0;
    while (!rollout.isDone()) {
      at = new Rollout(List.of(goal)).stepFrom(rollout, now);
      rollout = at.rollout();
      now = at.next().orElse(now);
      steps++;
    }
    assertThat(steps).isEqualTo(51); // the first call only tells when to come back
    assertThat(Duration.between(start, now)).isLessThan(Duration.ofMinutes(1));
  }

  @Test
  void jsonIsUpstreams() {
    var rollout =
        new Rollout(
            List.of(
                new Share("mick", "new", 100, revisions("a:95 b:5"), new Pace(1, 2, 3, 4)),
                Share.of("keith", "", 0, "c")));
    String json = rollout.json();
    assertThat(json)
        .isEqualTo(
            """
            {"configurations":[{"configurationName":"mick","tag":"new","percent":100,\
            "revisions":[{"revisionName":"a","percent":95},{"revisionName":"b","percent":5}],\
            "stepParams":{"starttime":1,"nextStepTime":2,"stepDuration":3,"stepSize":4}},\
            {"configurationName":"keith","percent":0,\
            "revisions":[{"revisionName":"c","percent":0}],"stepParams":{}}]}\
            """);
    assertThat(Rollout.parse(json)).isEqualTo(rollout);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "",
        "[]",
        "{\"configurations\":7}",
        "{\"configurations\":[{\"percent\":101}]}",
        "{\"configurations\":[{\"percent\":50,\"stepParams\":{\"stepSize\":51}}]}",
        "{\"configurations\":[{\"percent\":50,\"revisions\":[{\"percent\":49}]}]}",
        "{\"configurations\":[{\"percent\":\"x\",\"revisions\":\"y\",\"stepParams\":\"z\"}]}",
      })
  void whatDoesNotAddUpIsDiscarded(String json) {
    Rollout read = Rollout.parse(json);
    assertThat(read.configurations().stream().mapToInt(Share::percent).sum()).isZero();
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {31, 32, 33})
  void everyStepAddsUp_andTheLastRevisionGetsAll(long seed) {
    var random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      int percent = 2 + random.nextInt(99);
      var rollout = new Rollout(List.of(Share.of("mick", "", percent, "r0")));
      long now = 1_000_000_000L;
      int revisions = 1 + random.nextInt(4);
      for (int revision = 1; revision <= revisions; revision++) {
        var goal = new Rollout(List.of(Share.of("mick", "", percent, "r" + revision)));
        int steps = revision == revisions ? 500 : random.nextInt(20);
        for (int step = 0; step <= steps; step++) {
          Stepped stepped = goal.stepFrom(rollout, at(now));
          now += random.nextInt(2_000_000_000);
          rollout = stepped.rollout().observed(at(now), Duration.ofMinutes(1));
          assertThat(rollout.isValid()).as("seed %d, round %d: %s", seed, i, rollout).isTrue();
          Optional<Instant> next = stepped.next();
          now =
              next.map(time -> time.getEpochSecond() * 1_000_000_000L + time.getNano()).orElse(now);
        }
      }
      assertThat(rollout.isDone()).as("seed %d, round %d: %s", seed, i, rollout).isTrue();
      assertThat(text(rollout.configurations().getFirst().revisions()))
          .isEqualTo("r" + revisions + ":" + percent);
    }
  }
}
