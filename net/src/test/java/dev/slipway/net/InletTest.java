package dev.slipway.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class InletTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void handsEverythingOverInOrderWhileTheSourcePausesAndResumes(long seed) throws Exception {
    int count = 200_000;
    var mayRead = new Semaphore(0);
    var held = new AtomicInteger();
    var most = new AtomicInteger();
    var inlet = new Inlet<Integer>(50, _ -> {}, mayRead::release);
    var random = new Random(seed);
    Thread.startVirtualThread(
        () -> {
          for (int i = 0; i < count; i++) {
            most.accumulateAndGet(held.incrementAndGet(), Math::max);
            if (inlet.offer(i, 1 + random.nextInt(3))) {
              mayRead.acquireUninterruptibly();
            }
          }
          inlet.finish();
        });
    int next = 0;
    for (var item = inlet.take(PATIENCE); item.isPresent(); item = inlet.take(PATIENCE)) {
      held.decrementAndGet();
      assertThat(item.get()).isEqualTo(next++);
    }
    assertThat(next).isEqualTo(count);
    assertThat(most.get()).isLessThanOrEqualTo(52);
  }

  @Test
  void take_failed_givesWhatWasHeldThenThrows() throws Exception {
    var inlet = new Inlet<String>(10, _ -> {}, () -> {});
    inlet.offer("held", 1);
    inlet.fail(new Response.ClientGoneException());
    assertThat(inlet.take(PATIENCE)).contains("held");
    assertThatThrownBy(() -> inlet.take(PATIENCE)).isInstanceOf(Response.ClientGoneException.class);
  }

  @Test
  void fail_finished_changesNothing() throws Exception {
    var inlet = new Inlet<String>(10, _ -> {}, () -> {});
    inlet.finish();
    inlet.fail(new Response.ClientGoneException());
    assertThat(inlet.take(PATIENCE)).isEmpty();
  }

  @Test
  void take_nothingComes_throwsAfterThePatience() {
    var inlet = new Inlet<String>(10, _ -> {}, () -> {});
    assertThatThrownBy(() -> inlet.take(Duration.ofMillis(1)))
        .isInstanceOf(Inlet.StalledException.class)
        .hasMessage("nothing received for 1 ms");
  }

  @Test
  void close_itemsHeldAndLater_releasesThem() throws Exception {
    var released = new ArrayList<String>();
    var inlet = new Inlet<String>(10, released::add, () -> {});
    inlet.offer("held", 1);
    inlet.close();
    assertThat(inlet.offer("later", 100)).isFalse();
    assertThat(released).containsExactly("held", "later");
    assertThat(inlet.take(PATIENCE)).isEmpty();
  }

  /// A source may still offer what it had read before it was paused; the pause stays owed.
  @Test
  void take_offeredBelowTheLimitWhilePaused_stillResumes() throws Exception {
    var resumed = new ArrayList<String>();
    var inlet = new Inlet<String>(10, _ -> {}, () -> resumed.add("resumed"));
    assertThat(inlet.offer("first", 6)).isFalse();
    assertThat(inlet.offer("second", 6)).isTrue();
    inlet.take(PATIENCE);
    assertThat(inlet.offer("third", 1)).isTrue();
    inlet.take(PATIENCE);
    inlet.take(PATIENCE);
    assertThat(resumed).containsExactly("resumed");
  }
}
