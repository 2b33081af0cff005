package dev.slipway.controllers.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Cases: `spec_test.go` of `github.com/robfig/cron/v3`, those without seconds.
final class CronScheduleTest {
  @ParameterizedTest(name = "{1} after {0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2012-07-09T14:45:00Z | 0/15 * * * *          | 2012-07-09T15:00:00Z
          2012-07-09T14:59:00Z | 0/15 * * * *          | 2012-07-09T15:00:00Z
          2012-07-09T14:59:59Z | 0/15 * * * *          | 2012-07-09T15:00:00Z
          2012-07-09T15:45:00Z | 20-35/15 * * * *      | 2012-07-09T16:20:00Z
          2012-07-09T23:46:00Z | */15 * * * *          | 2012-07-10T00:00:00Z
          2012-07-09T23:45:00Z | 20-35/15 * * * *      | 2012-07-10T00:20:00Z
          2012-07-09T23:35:51Z | 20-35/15 1/2 * * *    | 2012-07-10T01:20:00Z
          2012-07-09T23:35:51Z | 20-35/15 10-12 * * *  | 2012-07-10T10:20:00Z
          2012-07-09T23:35:51Z | 20-35/15 1/2 */2 * *  | 2012-07-11T01:20:00Z
          2012-07-09T23:35:51Z | 20-35/15 * 9-20 Jul * | 2012-07-10T00:20:00Z
          2012-07-09T23:35:00Z | 0 0 9 Apr-Oct ?       | 2012-08-09T00:00:00Z
          2012-07-09T23:35:00Z | 0 0 */5 Apr,Aug,Oct Mon | 2012-08-01T00:00:00Z
          2012-07-09T23:35:00Z | 0 0 */5 Oct Mon       | 2012-10-01T00:00:00Z
          2012-07-09T23:35:00Z | 0 0 * Feb Mon         | 2013-02-04T00:00:00Z
          2012-07-09T23:35:00Z | 0 0 * Feb Mon/2       | 2013-02-01T00:00:00Z
          2012-12-31T23:59:45Z | * * * * *             | 2013-01-01T00:00:00Z
          2012-07-09T23:35:00Z | 0 0 29 Feb ?          | 2016-02-29T00:00:00Z
          2012-03-11T00:00:00-05:00 | TZ=America/New_York 30 2 11 Mar ? | 2013-03-11T02:30:00-04:00
          2012-03-11T01:00:00-05:00 | CRON_TZ=America/New_York 0 * * * ? | 2012-03-11T03:00:00-04:00
          2012-03-11T03:00:00-04:00 | TZ=America/New_York 0 * * * ? | 2012-03-11T04:00:00-04:00
          2012-03-11T01:00:00-05:00 | TZ=America/New_York 0 1 * * ? | 2012-03-12T01:00:00-04:00
          2012-03-11T00:00:00-05:00 | TZ=America/New_York 0 2 * * ? | 2012-03-12T02:00:00-04:00
          2012-11-04T00:00:00-04:00 | TZ=America/New_York 30 2 04 Nov ? | 2012-11-04T02:30:00-05:00
          2012-11-04T01:45:00-04:00 | TZ=America/New_York 30 1 04 Nov ? | 2012-11-04T01:30:00-05:00
          2012-11-04T00:00:00-04:00 | TZ=America/New_York 0 * * * ? | 2012-11-04T01:00:00-04:00
          2012-11-04T01:00:00-04:00 | TZ=America/New_York 0 * * * ? | 2012-11-04T01:00:00-05:00
          2012-11-04T01:00:00-05:00 | TZ=America/New_York 0 * * * ? | 2012-11-04T02:00:00-05:00
          2012-11-04T00:00:00-04:00 | TZ=America/New_York 0 1 * * ? | 2012-11-04T01:00:00-04:00
          2012-11-04T01:00:00-04:00 | TZ=America/New_York 0 1 * * ? | 2012-11-04T01:00:00-05:00
          2012-11-04T01:00:00-05:00 | TZ=America/New_York 0 1 * * ? | 2012-11-05T01:00:00-05:00
          2012-11-04T00:00:00-04:00 | TZ=America/New_York 0 2 * * ? | 2012-11-04T02:00:00-05:00
          2012-11-04T02:00:00-05:00 | TZ=America/New_York 0 2 * * ? | 2012-11-05T02:00:00-05:00
          2012-11-04T00:00:00-04:00 | TZ=America/New_York 0 3 3 * ? | 2012-12-03T03:00:00-05:00
          2018-10-17T05:00:00-04:00 | TZ=America/Sao_Paulo 0 9 10 * ? | 2018-11-10T06:00:00-05:00
          2018-02-14T05:00:00-05:00 | TZ=America/Sao_Paulo 0 9 22 * ? | 2018-02-22T07:00:00-05:00
          2012-07-09T23:35:00Z | 0 0 30 Feb ?          |
          2012-07-09T23:35:00Z | 0 0 31 Apr ?          |
          2012-07-09T23:35:00Z | @hourly               | 2012-07-10T00:00:00Z
          2012-07-09T23:35:00Z | @daily                | 2012-07-10T00:00:00Z
          2012-07-09T23:35:00Z | @weekly               | 2012-07-15T00:00:00Z
          2012-07-09T23:35:00Z | @monthly              | 2012-08-01T00:00:00Z
          2012-07-09T23:35:00Z | @yearly               | 2013-01-01T00:00:00Z
          2012-07-09T23:35:00.5Z | @every 1h30m        | 2012-07-10T01:05:00Z
          2012-07-09T23:35:00Z | 0 0 1,15 * Sun        | 2012-07-15T00:00:00Z
          2012-07-09T23:35:00Z | 0 0 1,15 * *          | 2012-07-15T00:00:00Z
          """)
  void comesNext(String after, String schedule, String next) {
    var found =
        CronSchedule.parse(schedule, ZoneOffset.UTC).next(OffsetDateTime.parse(after).toInstant());
    Optional<Instant> wanted =
        Optional.ofNullable(next).map(each -> OffsetDateTime.parse(each).toInstant());
    assertThat(found).isEqualTo(wanted);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "xyz", "60 0 * * *", "0 60 * * *", "0 0 * * XYZ", "* * * *", "0 0 * * 7"})
  void whatCannotBeReadIsRefused(String schedule) {
    assertThatThrownBy(() -> CronSchedule.parse(schedule, ZoneId.of("UTC")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
