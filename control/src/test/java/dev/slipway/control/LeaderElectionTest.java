package dev.slipway.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.control.fake.FakeClock;
import dev.slipway.control.fake.FakeCluster;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LeaderElectionTest {
  private static final Key LEASE = Kinds.LEASE.key("default", "slipway");

  private final FakeClock clock = new FakeClock();
  private final FakeCluster cluster = new FakeCluster(clock);
  private final Replica first = new Replica("first");
  private final Replica second = new Replica("second");

  private final class Replica implements LeaderElection.Candidate {
    final LeaderElection election;
    int turns;
    boolean works;

    Replica(String name) {
      election = new LeaderElection(cluster, LEASE, name, LeaderElection.Times.STANDARD, clock);
    }

    void step() {
      election.step(this);
    }

    @Override
    public void lead() {
      turns++;
      works = true;
    }

    @Override
    public void stepDown() {
      works = false;
    }
  }

  private Resource lease() {
    return cluster.get(LEASE).orElseThrow();
  }

  @Test
  void theFirstToComeLeads() {
    first.step();
    second.step();
    assertThat(first.works).isTrue();
    assertThat(second.works).isFalse();
    assertThat(lease().text("spec", "holderIdentity")).isEqualTo("first");
    assertThat(lease().text("spec", "renewTime")).isEqualTo("2026-01-01T00:00:00.000000Z");
  }

  @Test
  void aLeaderThatRenewsKeepsLeading() {
    for (int i = 0; i < 100; i++) {
      first.step();
      second.step();
      clock.pass(Duration.ofSeconds(2));
    }
    assertThat(first.turns).isEqualTo(1);
    assertThat(second.turns).isZero();
  }

  @Test
  void anotherTakesOverWhenTheLeaseHasRunOut() {
    first.step();
    second.step();
    clock.pass(Duration.ofSeconds(14));
    second.step();
    assertThat(second.works).isFalse();
    clock.pass(Duration.ofSeconds(1));
    second.step();
    assertThat(second.works).isTrue();
    assertThat(lease().spec().path("leaseTransitions").asInt()).isEqualTo(1);
    first.step();
    assertThat(first.works).isFalse();
  }

  @Test
  void aLeaderThatCannotRenewStepsDownBeforeAnotherMayLead() {
    first.step();
    second.step();
    cluster.refuse(LEASE, new ClusterException(503, "ServiceUnavailable", "no way through"));
    clock.pass(Duration.ofSeconds(8));
    first.step();
    assertThat(first.works).isTrue();
    clock.pass(Duration.ofSeconds(2));
    first.step();
    assertThat(first.works).isFalse();
    cluster.relent(LEASE);
    second.step();
    assertThat(second.works).isFalse();
  }

  @Test
  void aLeaderThatEndsGivesTheLeaseBack() {
    first.step();
    first.election.close();
    second.step();
    assertThat(second.works).isTrue();
  }
}
