package dev.slipway.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.control.fake.FakeClock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WorkQueueTest {
  private static final Key A = Kinds.POD.key("default", "a");
  private static final Key B = Kinds.POD.key("default", "b");

  private final FakeClock clock = new FakeClock();
  private final WorkQueue queue = new WorkQueue(clock::nanos);

  private static Optional<Duration> after(long millis) {
    return Optional.of(Duration.ofMillis(millis));
  }

  @Test
  void add_twice_waitsOnce() {
    queue.add(A);
    queue.add(B);
    queue.add(A);
    assertThat(queue.poll()).isEqualTo(A);
    assertThat(queue.poll()).isEqualTo(B);
    assertThat(queue.poll()).isNull();
  }

  @Test
  void add_whileOut_comesAgainOnceBack() {
    queue.add(A);
    assertThat(queue.poll()).isEqualTo(A);
    queue.add(A);
    assertThat(queue.poll()).isNull();
    queue.done(A, Optional.empty());
    assertThat(queue.poll()).isEqualTo(A);
  }

  @Test
  void done_withAWakeUp_isDueThen() {
    queue.add(A);
    queue.poll();
    queue.done(A, after(1000));
    clock.pass(Duration.ofMillis(999));
    assertThat(queue.poll()).isNull();
    clock.pass(Duration.ofMillis(1));
    assertThat(queue.poll()).isEqualTo(A);
  }

  @Test
  void done_again_replacesTheWakeUp() {
    queue.add(A);
    queue.poll();
    queue.done(A, after(1000));
    queue.add(A);
    queue.poll();
    queue.done(A, Optional.empty());
    clock.pass(Duration.ofSeconds(10));
    assertThat(queue.poll()).isNull();
    assertThat(queue.untilNextDue()).isEmpty();
  }

  @Test
  void failed_againAndAgain_waitsTwiceAsLongUpToAMinute() {
    queue.add(A);
    long waited = 0;
    for (int i = 0; i < 30; i++) {
      assertThat(queue.poll()).isEqualTo(A);
      assertThat(queue.failed(A, Optional.empty())).isEqualTo(i + 1);
      long delay = queue.untilNextDue().orElseThrow();
      assertThat(delay).isEqualTo(Math.min(5_000_000L << Math.min(i, 20), 60_000_000_000L));
      waited += delay;
      clock.pass(Duration.ofNanos(delay));
    }
    assertThat(waited).isPositive();
  }

  @Test
  void failed_withAnEarlierWakeUp_comesThen() {
    queue.add(A);
    queue.poll();
    for (int i = 0; i < 10; i++) {
      queue.failed(A, Optional.empty());
    }
    queue.failed(A, after(7));
    assertThat(queue.untilNextDue()).hasValue(7_000_000);
  }

  @Test
  void done_afterFailures_startsOver() {
    queue.add(A);
    queue.poll();
    queue.failed(A, Optional.empty());
    clock.pass(Duration.ofSeconds(1));
    queue.poll();
    queue.done(A, Optional.empty());
    queue.add(A);
    queue.poll();
    assertThat(queue.failed(A, Optional.empty())).isEqualTo(1);
  }

  @Test
  void take_whenClosed_isNull() throws InterruptedException {
    queue.close();
    assertThat(queue.take()).isNull();
  }
}
