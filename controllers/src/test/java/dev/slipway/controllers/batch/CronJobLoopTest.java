package dev.slipway.controllers.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import dev.slipway.control.fake.FakeClock;
import dev.slipway.control.fake.LoopWorld;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// CronJobs, their Jobs and a kubelet, while time passes.
final class CronJobLoopTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  /// Minutes since the epoch when every fake world begins.
  private static final long START = FakeClock.START.getEpochSecond() / 60;

  private static List<Reconciler> all() {
    var all = new ArrayList<>(BatchControllers.all(ZoneOffset.UTC));
    all.add(new JobKubelet());
    return all;
  }

  /// @param spec fields of it, as JSON without braces
  private static LoopWorld world(String image, String spec) {
    var world = new LoopWorld(all());
    world.clock().pass(Duration.ofSeconds(30));
    var cron =
        Json.parseObject(
            """
            {"metadata":{"name":"c","namespace":"default","uid":"u"},"spec":{%s
              "successfulJobsHistoryLimit":3,"failedJobsHistoryLimit":1,
              "jobTemplate":{"metadata":{"labels":{"app":"c"},"annotations":{"a":"b"}},"spec":{
                "completions":1,"parallelism":1,"backoffLimit":0,
                "selector":{"matchLabels":{"x":"y"}},
                "template":{"metadata":{"labels":{"x":"y"}},"spec":{"restartPolicy":"Never",
                  "containers":[{"name":"c","image":"%s"}]}}}}}}
            """
                .formatted(spec, image));
    world.cluster().create(Kinds.CRON_JOB, cron);
    return world;
  }

  /// Minutes after the start that Jobs are named for.
  private static List<Long> jobs(LoopWorld world) {
    return world.cluster().list(Kinds.JOB, "default").stream()
        .map(job -> Long.parseLong(job.name().substring(2)) - START)
        .toList();
  }

  private static Resource cron(LoopWorld world) {
    return world.cluster().get(Kinds.CRON_JOB.key("default", "c")).orElseThrow();
  }

  private static List<String> events(LoopWorld world) {
    return world.cluster().list(Kinds.EVENT, "default").stream()
        .filter(each -> each.text("involvedObject", "kind").equals("CronJob"))
        .map(each -> each.text("reason"))
        .distinct()
        .sorted()
        .toList();
  }

  @Test
  void aJobIsMadeWheneverTheScheduleSaysSo() {
    try (var world = world("ok 5", "\"schedule\":\"*/2 * * * *\",")) {
      world.pass(MINUTE);
      assertThat(jobs(world)).isEmpty();
      world.pass(MINUTE);
      assertThat(jobs(world)).containsExactly(2L);
      var job = world.cluster().list(Kinds.JOB, "default").getFirst();
      assertThat(job.annotation("batch.kubernetes.io/cronjob-scheduled-timestamp"))
          .isEqualTo("2026-01-01T00:02:00Z");
      assertThat(job.annotation("a")).isEqualTo("b");
      assertThat(job.label("app")).isEqualTo("c");
      assertThat(job.controllerUid()).isEqualTo("u");
      assertThat(cron(world).text("status", "lastScheduleTime")).isEqualTo("2026-01-01T00:02:00Z");
      assertThat(cron(world).text("status", "lastSuccessfulTime")).isNotEmpty();
      assertThat(cron(world).at("status", "active").isMissingNode()).isTrue();
      assertThat(events(world)).containsExactly("SawCompletedJob", "SuccessfulCreate");
      world.mustBeSettled();
    }
  }

  @Test
  void jobsAtWorkAreListed() {
    try (var world = world("run", "\"schedule\":\"@every 1m\",")) {
      world.pass(MINUTE);
      world.pass(MINUTE);
      var active = cron(world).at("status", "active");
      assertThat(active.size()).isEqualTo(jobs(world).size()).isGreaterThanOrEqualTo(1);
      assertThat(Json.text(active.path(0), "kind")).isEqualTo("Job");
      assertThat(Json.text(active.path(0), "uid")).isNotEmpty();
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Allow   | 1,2,3 | SuccessfulCreate
          Forbid  | 1     | JobAlreadyActive,SuccessfulCreate
          Replace | 3     | SuccessfulCreate,SuccessfulDelete
          """)
  void runsThatOverlapFollowThePolicy(String policy, String jobs, String events) {
    var spec = "\"schedule\":\"* * * * *\",\"concurrencyPolicy\":\"" + policy + "\",";
    try (var world = world("run", spec)) {
      world.pass(MINUTE.multipliedBy(3));
      assertThat(jobs(world).stream().map(String::valueOf).toList())
          .containsExactly(jobs.split(",", -1));
      assertThat(events(world)).containsExactly(events.split(",", -1));
      assertThat(cron(world).at("status", "active").size()).isEqualTo(jobs.split(",", -1).length);
    }
  }

  @Test
  void onlyTheLatestOfThoseThatEndedStay() {
    try (var world = world("ok 1", "\"schedule\":\"* * * * *\",")) {
      world.pass(MINUTE.multipliedBy(6));
      assertThat(jobs(world)).containsExactly(4L, 5L, 6L);
    }
    try (var world = world("fail 1 1", "\"schedule\":\"* * * * *\",")) {
      world.pass(MINUTE.multipliedBy(6));
      assertThat(jobs(world)).containsExactly(6L);
      assertThat(cron(world).at("status", "lastSuccessfulTime").isMissingNode()).isTrue();
    }
  }

  @Test
  void aSuspendedCronJobRunsItsLastMissedRunWhenResumed() {
    try (var world = world("ok 1", "\"schedule\":\"* * * * *\",\"suspend\":true,")) {
      world.pass(Duration.ofHours(3));
      assertThat(jobs(world)).isEmpty();
      var patch = Json.object();
      patch.putObject("spec").put("suspend", false);
      var _ = world.cluster().mergePatch(Kinds.CRON_JOB.key("default", "c"), "", patch);
      world.settle();
      assertThat(jobs(world)).containsExactly(180L);
      assertThat(events(world)).contains("TooManyMissedTimes");
    }
  }

  @Test
  void aRunThatIsTooLateIsLeftOut() {
    var spec = "\"schedule\":\"0 * * * *\",\"startingDeadlineSeconds\":60,\"suspend\":true,";
    try (var world = world("ok 1", spec)) {
      world.pass(Duration.ofMinutes(90));
      var patch = Json.object();
      patch.putObject("spec").put("suspend", false);
      var _ = world.cluster().mergePatch(Kinds.CRON_JOB.key("default", "c"), "", patch);
      world.settle();
      assertThat(jobs(world)).isEmpty();
      world.pass(Duration.ofMinutes(30));
      assertThat(jobs(world)).containsExactly(120L);
    }
  }

  @Test
  void anUnknownTimeZoneIsTold() {
    var spec = "\"schedule\":\"* * * * *\",\"timeZone\":\"Mars/Olympus\",";
    try (var world = world("ok 1", spec)) {
      world.pass(MINUTE);
      assertThat(jobs(world)).isEmpty();
      assertThat(events(world)).containsExactly("UnknownTimeZone");
    }
  }

  @Test
  void theTimeZoneDecidesWhenTheDayBegins() {
    var spec = "\"schedule\":\"@daily\",\"timeZone\":\"Asia/Tokyo\",";
    try (var world = world("ok 1", spec)) {
      world.pass(Duration.ofHours(24));
      assertThat(jobs(world)).containsExactly(15 * 60L);
      var job = world.cluster().list(Kinds.JOB, "default").getFirst();
      assertThat(job.annotation("batch.kubernetes.io/cronjob-scheduled-timestamp"))
          .isEqualTo("2026-01-02T00:00:00+09:00");
    }
  }

  @ParameterizedTest(name = "{5}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0 * * * *   | 10:00 | 10:30 | -  | -     | nothing due
          0 * * * *   | 10:00 | 11:30 | 1  | 11:00 | one due
          0 * * * *   | 10:00 | 13:10 | 3  | 13:00 | the last of several
          * * * * *   | 10:00 | 12:00 | 120 | 12:00 | many
          0 9 * * 1-5 | 10:00 | 23:00 | -  | -     | not before tomorrow
          0 8-12 * * * | 06:00 | 23:00 | 16 | 12:00 | a schedule with gaps
          """)
  void dueRuns(
      String schedule, String since, String now, String missed, String latest, String why) {
    var runs =
        CronRuns.of(
            CronSchedule.parse(schedule, ZoneOffset.UTC), at(since), Optional.empty(), at(now));
    assertThat(runs.latest())
        .as(why)
        .isEqualTo(latest.equals("-") ? Optional.empty() : Optional.of(at(latest)));
    assertThat(runs.missed()).as(why).isEqualTo(missed.equals("-") ? 0 : Long.parseLong(missed));
  }

  private static Instant at(String time) {
    return Instant.parse("2026-01-01T" + time + ":00Z");
  }
}
